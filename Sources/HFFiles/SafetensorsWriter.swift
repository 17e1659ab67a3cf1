internal import Foundation

/// Writes safetensors files, one tensor in memory at a time, the same bytes for the same input.
public enum SafetensorsWriter {
  /// How numbers are stored.
  public enum Precision: String, Sendable, CaseIterable {
    case float32
    /// Rounded to the nearest, ties to even; NaN stays NaN.
    case bfloat16
  }

  /// A tensor to come.
  public struct Tensor: Sendable, Hashable {
    public var name: String
    public var shape: [Int]

    public init(name: String, shape: [Int]) {
      self.name = name
      self.shape = shape
    }
  }

  /// Writes and syncs one file. Header entries and data stand in the order given; the header is padded with
  /// spaces so that the data begin at a multiple of 8 bytes. After an error the file is removed.
  ///
  /// - Parameters:
  ///   - tensors: Names and shapes; names are unique.
  ///   - precision: How the elements are stored.
  ///   - metadata: The header's `__metadata__`; `format: pt` is what Hugging Face's loader asks for.
  ///   - path: The file; use ``AtomicDirectory`` around it where a half-written one must never be seen.
  ///   - floats: Gives the elements of a tensor in row-major order; called once per tensor, in order.
  /// - Throws: ``HFFilesError``, or what `floats` throws.
  public static func write(
    _ tensors: [Tensor], as precision: Precision, metadata: [String: String] = ["format": "pt"],
    to path: String, floats: (String) throws -> [Float]
  ) throws {
    let header = try header(tensors, precision, metadata, path)
    let file = try OutputFile(creating: path)
    do {
      try file.write(header)
      for tensor in tensors {
        let elements = try floats(tensor.name)
        guard elements.count == checkedProduct(tensor.shape) else {
          throw HFFilesError(
            path: path,
            reason: .wrongElementCount(tensor: tensor.name, shape: tensor.shape, count: elements.count))
        }
        // Bounded conversion buffer, so that a large embedding is not held twice.
        for begin in stride(from: 0, to: elements.count, by: 1 << 20) {
          let chunk = elements[begin..<min(begin + 1 << 20, elements.count)]
          switch precision {
          case .float32: try file.write(chunk.map(\.bitPattern.littleEndian))
          case .bfloat16: try file.write(chunk.map { bfloat16($0).littleEndian })
          }
        }
      }
      try file.synchronize()
    } catch {
      try? FileManager.default.removeItem(atPath: path)
      throw error
    }
  }

  /// The upper half of a float's bits, rounded to nearest, ties to even.
  static func bfloat16(_ value: Float) -> UInt16 {
    let bits = value.bitPattern
    // A NaN stays one: its quiet bit is set, so that it never becomes an infinity.
    if value.isNaN { return UInt16(truncatingIfNeeded: bits >> 16) | 0x40 }
    return UInt16(truncatingIfNeeded: (bits &+ 0x7FFF &+ (bits >> 16 & 1)) >> 16)
  }

  private static func header(
    _ tensors: [Tensor], _ precision: Precision, _ metadata: [String: String], _ path: String
  ) throws(HFFilesError) -> Data {
    let type: ElementType = precision == .float32 ? .float32 : .bfloat16
    var members: [String] = []
    if !metadata.isEmpty {
      let pairs = metadata.sorted { $0.key < $1.key }.map { "\(quoted($0.key)):\(quoted($0.value))" }
      members.append("\"__metadata__\":{\(pairs.joined(separator: ","))}")
    }
    var seen: Set<String> = []
    var offset = 0
    for tensor in tensors {
      guard seen.insert(tensor.name).inserted else {
        throw HFFilesError(path: path, reason: .duplicateTensor(tensor.name))
      }
      guard let bytes = checkedProduct(tensor.shape + [type.size]) else {
        throw HFFilesError(path: path, reason: .malformedShape(tensor: tensor.name, shape: tensor.shape))
      }
      let shape = tensor.shape.map(String.init).joined(separator: ",")
      members.append(
        "\(quoted(tensor.name)):{\"dtype\":\"\(type.rawValue)\",\"shape\":[\(shape)],"
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
