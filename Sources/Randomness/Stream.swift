#if canImport(Glibc)
  private import Glibc
#elseif canImport(Musl)
  private import Musl
#else
  private import Darwin
#endif

/// Names one independent sequence of random numbers within a seed.
///
/// Built from a purpose and numbers, so that two uses never share draws by accident:
/// `Stream("sampling", step, group, sample)`.
public struct Stream: Sendable, Hashable {
  /// 64 bits that stand for the name. Two names collide with probability 2⁻⁶⁴ per pair.
  public let identifier: UInt64

  public init(_ purpose: String, _ numbers: UInt64...) {
    var hash = StableHash()
    hash.combine(purpose)
    for number in numbers { hash.combine(number) }
    identifier = hash.value
  }
}

/// A hash that is the same in every process, unlike `Hasher`: FNV-1a over bytes, finished by the SplitMix64 mixer.
public struct StableHash: Sendable {
  private var state: UInt64 = 0xCBF2_9CE4_8422_2325

  public init() {}

  public mutating func combine(_ text: String) {
    for byte in text.utf8 { combine(byte: byte) }
    combine(byte: 0xFF)  // never part of UTF-8: ("ab", "c") and ("a", "bc") differ
  }

  public mutating func combine(_ number: UInt64) {
    for shift in stride(from: UInt64(0), to: 64, by: 8) {
      combine(byte: UInt8(truncatingIfNeeded: number >> shift))
    }
  }

  package mutating func combine(byte: UInt8) {
    state = (state ^ UInt64(byte)) &* 0x100_0000_01B3
  }

  public var value: UInt64 {
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }

  /// The hash of one text.
  public static func of(_ text: String) -> UInt64 {
    var hash = StableHash()
    hash.combine(text)
    return hash.value
  }
}

func logarithm(_ x: Double) -> Double { log(x) }
func cosine(_ x: Double) -> Double { cos(x) }
