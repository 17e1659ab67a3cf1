/// The 256 printable characters under which byte-level vocabularies write bytes, so that no token holds a space or a
/// control character: printable Latin-1 stands for itself, the other bytes are U+0100, U+0101… in order.
///
/// Language Models are Unsupervised Multitask Learners (GPT-2), 2019, and its released encoder.
enum ByteLevelAlphabet {
  /// Character of each byte, `[256]`.
  static let scalars: [Unicode.Scalar] = {
    var next: UInt32 = 0x100
    return (UInt8.min...UInt8.max).map { byte in
      switch byte {
      case 0x21...0x7E, 0xA1...0xAC, 0xAE...0xFF: return Unicode.Scalar(byte)
      default:
        defer { next += 1 }
        return Unicode.Scalar(next) ?? "\u{FFFD}"
      }
    }
  }()

  /// Byte of each character.
  private static let bytes = Dictionary(uniqueKeysWithValues: zip(scalars, UInt8.min...UInt8.max))

  /// The bytes that a token of the vocabulary stands for; nil where it has a character that stands for none.
  static func bytes(of token: String) -> [UInt8]? {
    var result: [UInt8] = []
    for scalar in token.unicodeScalars {
      guard let byte = bytes[scalar] else { return nil }
      result.append(byte)
    }
    return result
  }
}
