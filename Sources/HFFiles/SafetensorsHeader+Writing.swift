internal import Foundation

extension SafetensorsHeader {
  /// The first bytes of a file: the length, then the JSON, padded with spaces so that the data begin at a multiple of 8.
  ///
  /// - Parameters:
  ///   - tensors: In the order in which their elements will follow; names are unique.
  ///   - metadata: The header's `__metadata__`; left out where empty.
  ///   - path: For error messages.
  /// - Returns: The header; the same bytes for the same input.
  /// - Throws: ``HFFilesError`` for a name that comes twice, or a shape that has no size.
  static func data(
    _ tensors: [(name: String, info: TensorInfo)], metadata: [String: String], path: String
  ) throws(HFFilesError) -> Data {
    var members: [String] = []
    if !metadata.isEmpty {
      let pairs = metadata.sorted { $0.key < $1.key }.map { "\(quoted($0.key)):\(quoted($0.value))" }
      members.append("\"__metadata__\":{\(pairs.joined(separator: ","))}")
    }
    var seen: Set<String> = []
    var offset = 0
    for (name, info) in tensors {
      guard seen.insert(name).inserted else {
        throw HFFilesError(path: path, reason: .duplicateTensor(name))
      }
      guard let bytes = checkedProduct(info.shape + [info.dtype.size]) else {
        throw HFFilesError(path: path, reason: .malformedShape(tensor: name, shape: info.shape))
      }
      let shape = info.shape.map(String.init).joined(separator: ",")
      members.append(
        "\(quoted(name)):{\"dtype\":\"\(info.dtype.rawValue)\",\"shape\":[\(shape)],"
          + "\"data_offsets\":[\(offset),\(offset + bytes)]}")
      offset += bytes
    }
    var json = Data("{\(members.joined(separator: ","))}".utf8)
    json.append(Data(repeating: UInt8(ascii: " "), count: (8 - json.count % 8) % 8))
    let length = UInt64(json.count)
    return Data((0..<8).map { UInt8(truncatingIfNeeded: length >> ($0 * 8)) }) + json
  }

  /// A JSON string; only what JSON asks for is escaped.
  private static func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case _ where scalar.value < 0x20:
        let hex = String(scalar.value, radix: 16)
        quoted += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }
}
