import Testing
import Tokenizers

@Suite struct `Character tokenizer` {
  let tokenizer = CharacterTokenizer.ascii

  @Test func `has a hundred ids: three special, line feed, tab, printable ASCII in order`() {
    #expect(tokenizer.vocabSize == 100)
    #expect(tokenizer.padTokenID == 0)
    #expect(tokenizer.eosTokenIDs == [1])
    #expect(tokenizer.encode("\n\t ~") == [3, 4, 5, 99])
    #expect(tokenizer.encode("1+2=3") == [22, 16, 23, 34, 24])
  }

  @Test(arguments: 1...20) func `any printable text comes back`(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var text = ""
    for _ in 0..<50 {
      tokenizer.alphabet.randomElement(using: &random).map { text.unicodeScalars.append($0) }
    }
    let ids = tokenizer.encode(text)
    #expect(ids.count == 50)
    #expect(tokenizer.decode(ids) == text)
  }

  @Test func `unknown characters are seen to be lost`() {
    #expect(tokenizer.encode("4é2") == [25, 2, 23])
    #expect(tokenizer.decode([25, 2, 23]) == "4<|unk|>2")
  }

  @Test func `special tokens in a text become ids, and ids of special tokens no text`() {
    #expect(tokenizer.encode("a<|endoftext|>b") == [70, 1, 71])
    #expect(tokenizer.encode("<|unk|>").count == 7)
    #expect(tokenizer.decode([0, 70, 1, 71, 1]) == "ab")
  }

  @Test func `ids that do not exist decode to the replacement character`() {
    #expect(tokenizer.decode([70, 100, -1]) == "a\u{FFFD}\u{FFFD}")
    #expect(tokenizer.token(3) == "\\n")
    #expect(tokenizer.token(1) == "<|endoftext|>")
  }

  @Test func `an alphabet of one's own has to be a set`() throws {
    let binary = try CharacterTokenizer(alphabet: ["0", "1", "é"])
    #expect(binary.encode("10é") == [4, 3, 5])
    #expect(throws: TokenizersError(.badAlphabet("the alphabet has `0` twice"))) {
      try CharacterTokenizer(alphabet: ["0", "1", "0"])
    }
    // Å and the Ångström sign are one character in two spellings.
    #expect(throws: TokenizersError.self) { try CharacterTokenizer(alphabet: ["\u{C5}", "\u{212B}"]) }
  }
}

@Suite struct `Byte tokenizer` {
  let tokenizer = ByteTokenizer()

  @Test func `ids are bytes`() {
    #expect(tokenizer.vocabSize == 258)
    #expect(tokenizer.encode("aé") == [0x61, 0xC3, 0xA9])
    #expect(tokenizer.eosTokenIDs == [257])
    #expect(tokenizer.padTokenID == 256)
  }

  @Test(arguments: 1...50) func `any text comes back, scalar by scalar`(seed: UInt64) {
    let text = randomText(seed: seed)
    #expect(Array(tokenizer.decode(tokenizer.encode(text)).unicodeScalars) == Array(text.unicodeScalars))
  }

  @Test func `bytes that are no text become the replacement character`() {
    #expect(tokenizer.decode([0x61, 0xC3]) == "a\u{FFFD}")
    #expect(tokenizer.decode([0xF0, 0x9F, 0x98, 0x61]) == "\u{FFFD}a")
    #expect(tokenizer.decode([300, -5]) == "\u{FFFD}\u{FFFD}")
    #expect(tokenizer.token(0xC3) == "<0xC3>")
    #expect(tokenizer.token(0x0A) == "\\n")
  }

  @Test func `special tokens in a text become ids, and ids of special tokens no text`() {
    #expect(tokenizer.encode("<|pad|><|endoftext|><|end") == [256, 257] + "<|end".utf8.map(Int32.init))
    #expect(tokenizer.decode([256, 0x61, 257]) == "a")
  }
}
