import Testing
import Tokenizers

@Suite struct `Byte-level BPE` {
  struct Golden: Decodable {
    struct Case: Decodable { var text: String, ids: [Int32], decodedWithoutSpecial: String }
    struct DecodeCase: Decodable { var ids: [Int32], decodedWithoutSpecial: String }
    var cases: [Case]
    var decodeOnly: [DecodeCase]?
  }

  @Test(arguments: ["qwen-small", "llama-small", "gpt2-small"])
  func `encodes and decodes as the tokenizers library`(folder: String) throws {
    let tokenizer = try loadTokenizer(directory: fixture(folder), vocabSize: 2000).tokenizer
    let golden: Golden = try readFixture("\(folder)/encode_cases.json")
    for example in golden.cases {
      #expect(try tokenizer.encode(example.text) == example.ids, "\(example.text.debugDescription)")
      let decoded = tokenizer.decode(example.ids)
      #expect(Array(decoded.utf8) == Array(example.decodedWithoutSpecial.utf8), "\(example.ids)")
    }
    for example in golden.decodeOnly ?? [] {
      #expect(
        Array(tokenizer.decode(example.ids).utf8) == Array(example.decodedWithoutSpecial.utf8),
        "\(example.ids)")
    }
  }

  @Test func `knows the special tokens of each family`() throws {
    let qwen = try loadTokenizer(directory: fixture("qwen-small"), vocabSize: 1009).tokenizer
    #expect(qwen.vocabSize == 1009)
    #expect(qwen.eosTokenIDs == [1002])
    #expect(qwen.padTokenID == 1000)
    #expect(qwen.prefixTokenIDs == [])
    let llama = try loadTokenizer(directory: fixture("llama-small"), vocabSize: 400).tokenizer
    #expect(llama.eosTokenIDs.map(llama.token) == ["<|eot_id|>"])
    #expect(llama.prefixTokenIDs.map(llama.token) == ["<|begin_of_text|>"])
    #expect(llama.padTokenID == nil)
  }

  @Test(arguments: 1...50) func `any text in NFC comes back`(seed: UInt64) throws {
    let tokenizer = try loadTokenizer(directory: fixture("llama-small"), vocabSize: 400).tokenizer
    let text = randomText(seed: seed)
    let decoded = tokenizer.decode(try tokenizer.encode(text))
    #expect(Array(decoded.unicodeScalars) == Array(text.unicodeScalars))
  }

  @Test(.timeLimit(.minutes(1))) func `a very long word does not stall`() throws {
    let tokenizer = try loadTokenizer(directory: fixture("qwen-small"), vocabSize: 2000).tokenizer
    let text = String(repeating: "answer", count: 50_000)
    #expect(tokenizer.decode(try tokenizer.encode(text)) == text)
  }

  @Test func `a token shows its text, escaped where it would not be seen`() throws {
    let tokenizer = try loadTokenizer(directory: fixture("qwen-small"), vocabSize: 2000).tokenizer
    #expect(tokenizer.token(198) == "\\n")
    #expect(tokenizer.token(1002) == "<|im_end|>")
    #expect(tokenizer.token(5000) == "\u{FFFD}")
  }
}

@Suite struct `Word splits` {
  struct Golden: Decodable {
    struct Case: Decodable { var text: String, pieces: [String: [String]] }
    var cases: [Case]
  }

  @Test(arguments: [
    ("gpt2", [PreTokenizer.Step.words(.gpt2)]), ("llama3", [.words(.llama3(maxDigits: 3))]),
    ("qwen2", [.words(.llama3(maxDigits: 1))]), ("digits-gpt2", [.digits(individual: true), .words(.gpt2)]),
    ("digit-runs-gpt2", [.digits(individual: false), .words(.gpt2)]),
  ])
  func `are those of the regular expressions`(name: String, steps: [PreTokenizer.Step]) throws {
    let preTokenizer = PreTokenizer(steps: steps)
    let golden: Golden = try readFixture("word-splits.json")
    for example in golden.cases {
      let scalars = Array(example.text.unicodeScalars)
      let pieces = preTokenizer.pieces(of: scalars).map { piece in Array(scalars[piece]) }
      let expected = try #require(example.pieces[name]).map { Array($0.unicodeScalars) }
      #expect(pieces == expected, "\(example.text.debugDescription)")
    }
  }

  @Test func `an expression is known by its text only`() {
    #expect(WordPattern(regex: #"\s+"#) == nil)
    let llama =
      #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"#
    #expect(WordPattern(regex: llama) == .llama3(maxDigits: 3))
    #expect(WordPattern(regex: llama.replacing("{1,3}", with: "")) == .llama3(maxDigits: 1))
  }
}
