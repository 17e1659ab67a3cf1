/// Arrays as raw little-endian bytes.
enum WireArrays {
  static func bytes(_ numbers: [Int32]) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(numbers.count * 4)
    for number in numbers { append(UInt32(bitPattern: number), to: &result) }
    return result
  }

  static func bytes(_ numbers: [Float]) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(numbers.count * 4)
    for number in numbers { append(number.bitPattern, to: &result) }
    return result
  }

  private static func append(_ word: UInt32, to bytes: inout [UInt8]) {
    bytes.append(UInt8(truncatingIfNeeded: word))
    bytes.append(UInt8(truncatingIfNeeded: word >> 8))
    bytes.append(UInt8(truncatingIfNeeded: word >> 16))
    bytes.append(UInt8(truncatingIfNeeded: word >> 24))
  }

  /// Refuses a frame of another length than `count` numbers, and ids that are not below `vocabSize`.
  static func tokens(
    _ bytes: [UInt8], count: Int, _ field: String, vocabSize: Int
  ) throws(WireError) -> [Int32] {
    var result: [Int32] = []
    for word in try words(bytes, count: count, field) {
      let token = Int32(bitPattern: word)
      guard token >= 0, Int(token) < vocabSize else {
        throw .bad(field, "has the token id \(token), outside of 0..<\(vocabSize)")
      }
      result.append(token)
    }
    return result
  }

  static func floats(_ bytes: [UInt8], count: Int, _ field: String) throws(WireError) -> [Float] {
    try words(bytes, count: count, field).map { Float(bitPattern: $0) }
  }

  static func booleans(_ bytes: [UInt8], count: Int, _ field: String) throws(WireError) -> [Bool] {
    guard bytes.count == count else {
      throw WireError(.disagreement("`\(field)` has \(bytes.count) bytes for \(count) flags"))
    }
    guard bytes.allSatisfy({ $0 <= 1 }) else { throw .bad(field, "has bytes that are neither 0 nor 1") }
    return bytes.map { $0 == 1 }
  }

  private static func words(_ bytes: [UInt8], count: Int, _ field: String) throws(WireError) -> [UInt32] {
    guard bytes.count % 4 == 0, bytes.count / 4 == count else {
      throw WireError(.disagreement("`\(field)` has \(bytes.count) bytes for \(count) numbers of 4"))
    }
    var result: [UInt32] = []
    result.reserveCapacity(count)
    for start in stride(from: 0, to: bytes.count, by: 4) {
      let low = UInt32(bytes[start]) | UInt32(bytes[start + 1]) << 8
      result.append(low | UInt32(bytes[start + 2]) << 16 | UInt32(bytes[start + 3]) << 24)
    }
    return result
  }
}
