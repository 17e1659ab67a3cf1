import Testing
import Tokenizers

@Suite struct `Bytes of a token` {
  func bytes(_ ids: [Int32], _ tokenizer: any Tokenizer) -> [UInt8] { ids.flatMap(tokenizer.bytes) }

  @Test(arguments: ["qwen-small", "llama-small", "gpt2-small"])
  func `joined are the text that the tokenizers library decodes`(folder: String) throws {
    let tokenizer = try loadTokenizer(directory: fixture(folder), vocabSize: 2000).tokenizer
    let golden: `Byte-level BPE`.Golden = try readFixture("\(folder)/encode_cases.json")
    for example in golden.cases {
      #expect(bytes(example.ids, tokenizer) == Array(example.decodedWithoutSpecial.utf8), "\(example.ids)")
    }
    for example in golden.decodeOnly ?? [] {
      let repaired = String(decoding: bytes(example.ids, tokenizer), as: UTF8.self)
      #expect(Array(repaired.utf8) == Array(example.decodedWithoutSpecial.utf8), "\(example.ids)")
    }
  }

  @Test(arguments: 1...50) func `joined are the text that was encoded`(seed: UInt64) throws {
    let text = randomText(seed: seed)
    let alphabet = Set(text.unicodeScalars.map { Character($0) }).flatMap(\.unicodeScalars)
    let tokenizers: [any Tokenizer] = [
      ByteTokenizer(), try CharacterTokenizer(alphabet: alphabet),
      try loadTokenizer(directory: fixture("llama-small"), vocabSize: 400).tokenizer,
      try loadTokenizer(directory: fixture("gpt2-small"), vocabSize: 400).tokenizer,
    ]
    for tokenizer in tokenizers {
      #expect(bytes(try tokenizer.encode(text), tokenizer) == Array(text.utf8), "\(type(of: tokenizer))")
    }
  }

  @Test(arguments: 1...50) func `joined and repaired are what decode shows`(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let tokenizers: [any Tokenizer] = [
      ByteTokenizer(), CharacterTokenizer.ascii,
      try loadTokenizer(directory: fixture("qwen-small"), vocabSize: 2000).tokenizer,
    ]
    for tokenizer in tokenizers {
      let ids = (0..<40).map { _ in Int32.random(in: 0..<Int32(tokenizer.vocabSize), using: &random) }
      let repaired = String(decoding: bytes(ids, tokenizer), as: UTF8.self)
      #expect(Array(repaired.utf8) == Array(tokenizer.decode(ids).utf8), "\(type(of: tokenizer)): \(ids)")
    }
  }

  @Test func `are parts of a character where it is spread over tokens`() throws {
    let tokenizer = try loadTokenizer(directory: fixture("gpt2-small"), vocabSize: 400).tokenizer
    let ids = try tokenizer.encode("終")
    #expect(ids.map(tokenizer.bytes) == [[0xE7], [0xB5], [0x82]])
    #expect(ByteTokenizer().bytes(of: 0xE7) == [0xE7])
  }

  @Test func `are none for special tokens and ids that do not exist`() throws {
    let qwen = try loadTokenizer(directory: fixture("qwen-small"), vocabSize: 2000).tokenizer
    #expect([1000, 1001, 1002, 1009, 1999, -1].allSatisfy { qwen.bytes(of: $0).isEmpty })
    #expect([256, 257, 258, -1].allSatisfy { ByteTokenizer().bytes(of: $0).isEmpty })
    #expect([0, 1, 100, -1].allSatisfy { CharacterTokenizer.ascii.bytes(of: $0).isEmpty })
  }

  @Test func `are the letters of tokens that are shown`() throws {
    let qwen = try loadTokenizer(directory: fixture("qwen-small"), vocabSize: 2000).tokenizer
    #expect(qwen.bytes(of: 1008) == Array("</think>".utf8))
    #expect(CharacterTokenizer.ascii.bytes(of: 2) == Array("<|unk|>".utf8))
    #expect(CharacterTokenizer.ascii.bytes(of: 3) == [0x0A])
  }
}
