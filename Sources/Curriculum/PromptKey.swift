private import Foundation
internal import Randomness

/// Prompts as 64-bit keys, so that millions can be compared in little memory. Two different ones share a key with
/// probability 2⁻⁶⁴; a row that is lost to that is one in many lifetimes.
enum PromptKey {
  /// Equal for equal prompts, as `String` compares them: by canonical equivalence.
  static func exact(_ prompt: String) -> UInt64 {
    StableHash.of(isASCII(prompt) ? prompt : prompt.precomposedStringWithCanonicalMapping)
  }

  /// Equal for prompts that are equal but for blanks and case: lowercase, each run of white space one blank, none at
  /// the ends.
  static func normalized(_ prompt: String) -> UInt64 {
    let text = isASCII(prompt) ? prompt : prompt.precomposedStringWithCanonicalMapping
    var hash = StableHash()
    var pendingBlank = false
    var isEmpty = true
    for scalar in text.unicodeScalars {
      if scalar.isBlank {
        pendingBlank = !isEmpty
        continue
      }
      if pendingBlank { hash.combine(byte: 0x20) }
      pendingBlank = false
      isEmpty = false
      hash.combine(lowercase: scalar)
    }
    return hash.value
  }

  static func isASCII(_ text: String) -> Bool { text.utf8.allSatisfy { $0 < 0x80 } }
}

extension Unicode.Scalar {
  /// White space; without a look into Unicode's tables for ASCII.
  fileprivate var isBlank: Bool {
    value < 0x80 ? value == 0x20 || (0x09...0x0D).contains(value) : properties.isWhitespace
  }
}

extension StableHash {
  mutating func combine(bytes: some Sequence<UInt8>) {
    for byte in bytes { combine(byte: byte) }
  }

  mutating func combine(lowercase scalar: Unicode.Scalar) {
    switch scalar.value {
    case 0x41...0x5A: combine(byte: UInt8(truncatingIfNeeded: scalar.value | 0x20))
    case 0..<0x80: combine(byte: UInt8(truncatingIfNeeded: scalar.value))
    default: combine(bytes: scalar.properties.lowercaseMapping.utf8)
    }
  }
}
