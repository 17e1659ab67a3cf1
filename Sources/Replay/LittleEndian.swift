internal import Foundation

/// Arrays as the little-endian bytes that the BLOB columns hold.
enum LittleEndian {
  static func data(_ values: [Int32]) -> Data {
    data(values.lazy.map(UInt32.init(bitPattern:)), count: values.count)
  }

  static func data(_ values: [Float]) -> Data { data(values.lazy.map(\.bitPattern), count: values.count) }

  static func data(_ values: [Bool]) -> Data { Data(values.lazy.map { $0 ? 1 : 0 }) }

  /// nil if the bytes are not whole numbers.
  static func integers(_ data: Data) -> [Int32]? { words(data)?.map(Int32.init(bitPattern:)) }

  static func floats(_ data: Data) -> [Float]? { words(data)?.map(Float.init(bitPattern:)) }

  static func booleans(_ data: Data) -> [Bool] { data.map { $0 != 0 } }

  private static func data(_ words: some Sequence<UInt32>, count: Int) -> Data {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(4 * count)
    for word in words {
      bytes.append(UInt8(truncatingIfNeeded: word))
      bytes.append(UInt8(truncatingIfNeeded: word >> 8))
      bytes.append(UInt8(truncatingIfNeeded: word >> 16))
      bytes.append(UInt8(truncatingIfNeeded: word >> 24))
    }
    return Data(bytes)
  }

  private static func words(_ data: Data) -> [UInt32]? {
    guard data.count.isMultiple(of: 4) else { return nil }
    let bytes = [UInt8](data)
    return stride(from: 0, to: bytes.count, by: 4).map { index in
      UInt32(bytes[index]) | UInt32(bytes[index + 1]) << 8 | UInt32(bytes[index + 2]) << 16 | UInt32(
        bytes[index + 3]) << 24
    }
  }
}
