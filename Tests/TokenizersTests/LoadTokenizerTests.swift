import Foundation
import Testing
import Tokenizers

@Suite struct `Loading a tokenizer` {
  @Test func `what was saved is loaded again`() throws {
    let characters = try CharacterTokenizer(alphabet: ["b", "\"", "\\", "\u{1}", "é", "😀", "a"])
    for tokenizer: any Tokenizer in [characters, CharacterTokenizer.ascii, ByteTokenizer()] {
      try withTemporaryDirectory { directory in
        try tokenizer.save(to: directory)
        let loaded = try loadTokenizer(directory: directory, vocabSize: 300)
        #expect(type(of: loaded.tokenizer) == type(of: tokenizer))
        #expect(loaded.tokenizer.files == tokenizer.files)
        #expect(loaded.tokenizer.vocabSize == tokenizer.vocabSize)
        #expect(loaded.note.contains("end of text `<|endoftext|>`"), "\(loaded.note)")
        for text in ["ab\"\\\u{1}é😀", "a<|endoftext|>b", ""] {
          #expect(try loaded.tokenizer.encode(text) == tokenizer.encode(text))
        }
      }
    }
  }

  @Test func `a model's own files are exported as they came`() throws {
    try withTemporaryDirectory { directory in
      try loadTokenizer(directory: fixture("llama-small"), vocabSize: 400).tokenizer.save(to: directory)
      for name in ["tokenizer.json", "tokenizer_config.json"] {
        let copy = try Data(contentsOf: URL(filePath: directory + "/" + name))
        #expect(try copy == Data(contentsOf: URL(filePath: fixture("llama-small/" + name))))
      }
    }
  }

  @Test func `without a file the size of the vocabulary decides, and the note says so`() throws {
    try withTemporaryDirectory { directory in
      let bytes = try loadTokenizer(directory: directory, vocabSize: 258)
      #expect(bytes.tokenizer is ByteTokenizer)
      #expect(bytes.note == "byte tokenizer with 258 ids: no tokenizer.json there, and `vocab_size` is 258")
      let characters = try loadTokenizer(directory: directory, vocabSize: 257)
      #expect(characters.tokenizer is CharacterTokenizer)
      #expect(characters.note.hasPrefix("character tokenizer with 100 ids: no tokenizer.json"))
      #expect(
        message { try loadTokenizer(directory: directory, vocabSize: 64) }.contains(
          "needs 100 ids, but `vocab_size` is 64"))
    }
  }

  @Test func `a choice overrules the file, and still has to fit`() throws {
    let loaded = try loadTokenizer(directory: fixture("qwen-small"), vocabSize: 2000, choice: .byte)
    #expect(loaded.tokenizer is ByteTokenizer)
    #expect(loaded.note == "byte tokenizer with 258 ids: chosen")
    #expect(throws: TokenizersError.self) {
      try loadTokenizer(directory: fixture("qwen-small"), vocabSize: 99, choice: .character)
    }
  }

  @Test func `ids beyond the model's rows are refused`() throws {
    let text = message { try loadTokenizer(directory: fixture("qwen-small"), vocabSize: 1008) }
    #expect(
      text.contains("qwen-small/tokenizer.json: token `</think>` has id 1008, but the model has 1008 rows"),
      "\(text)")
    _ = try loadTokenizer(directory: fixture("qwen-small"), vocabSize: 1009)
  }

  @Test func `files of another format are named`() throws {
    try withTemporaryDirectory { directory in
      try Data("x".utf8).write(to: URL(filePath: directory + "/tokenizer.model"))
      let text = message { try loadTokenizer(directory: directory, vocabSize: 32_000) }
      #expect(text.contains("there is `tokenizer.model` but no `tokenizer.json`"))
      #expect(text.contains("model.tokenizer: byte"))
    }
    #expect(
      message { try loadTokenizer(directory: "/no/such/place", vocabSize: 300) }.hasPrefix(
        "/no/such/place: cannot be listed"))
  }

  /// What is put in place of which part of a sound file, and a part of the message.
  @Test(arguments: [
    (#""type":"BPE""#, #""type":"Unigram""#, "`model.type` is `Unigram`"),
    (#""byte_fallback":false"#, #""byte_fallback":true"#, "`model.byte_fallback` is on"),
    (#"\\s+(?!\\S)"#, #"\\s+(?!\\w)"#, "the split pattern"),
    (#""normalizer":null"#, #""normalizer":{"type":"NFKC"}"#, "`normalizer.type` is `NFKC`"),
    (#""add_prefix_space":false"#, #""add_prefix_space":true"#, "add_prefix_space"),
    (#""type":"Split""#, #""type":"Metaspace""#, "a step `Metaspace`"),
    (#""lstrip":false"#, #""lstrip":true"#, "takes spaces or word ends into account"),
    (#""vocab":{"!":0"#, #""vocab":{"!":7"#, "id 7 belongs to two tokens"),
    (#""vocab":{"!":0"#, #""vocab":{"!":-1"#, "ids run from -1"),
    (#""vocab":{"!":0"#, #""vocab":{"!":999999999"#, "to 999999999, allowed are"),
    (#""vocab":{"!":0"#, #""vocab":{"!":"0""#, "`model.vocab.!` is no Int"),
    (#""merges":[["#, #""merges":[["zz","q"],["#, "needs the token `zz`"),
    (#""merges":[["#, #""merges":[["a"],["#, "a merge is two tokens, not 1"),
    (#""model":{"#, #""modell":{"#, "`model` is missing"),
  ])
  func `what is not understood is named`(part: String, replacement: String, expected: String) throws {
    let sound = String(
      decoding: try Data(contentsOf: URL(filePath: fixture("llama-small/tokenizer.json"))), as: UTF8.self)
    let broken = sound.replacing(part, with: replacement, maxReplacements: 1)
    #expect((broken == sound) == false, "the fixture has no \(part)")
    try withTemporaryDirectory { directory in
      try Data(broken.utf8).write(to: URL(filePath: directory + "/tokenizer.json"))
      let error = message { try loadTokenizer(directory: directory, vocabSize: 400) }
      #expect(error.hasPrefix("\(directory)/tokenizer.json: "), "\(error)")
      #expect(error.contains(expected), "\(error)")
    }
  }

  @Test(arguments: ["", "{", "[1, 2]", "{\"model\": 3}", "nul", "\u{FEFF}"])
  func `broken JSON names the file`(text: String) throws {
    try withTemporaryDirectory { directory in
      try Data(text.utf8).write(to: URL(filePath: directory + "/tokenizer.json"))
      #expect(
        message { try loadTokenizer(directory: directory, vocabSize: 400) }.hasPrefix(
          "\(directory)/tokenizer.json: "))
    }
  }

  @Test func `a cut file is refused, wherever it was cut`() throws {
    let whole = try Data(contentsOf: URL(filePath: fixture("gpt2-small/tokenizer.json")))
    try withTemporaryDirectory { directory in
      for length in stride(from: 0, to: whole.count - 2, by: 97) {
        try whole.prefix(length).write(to: URL(filePath: directory + "/tokenizer.json"))
        #expect(throws: TokenizersError.self, "\(length) bytes") {
          try loadTokenizer(directory: directory, vocabSize: 400)
        }
      }
    }
  }

  @Test func `an end token that does not exist is refused`() throws {
    try withTemporaryDirectory { directory in
      try loadTokenizer(directory: fixture("gpt2-small"), vocabSize: 400).tokenizer.save(to: directory)
      try Data(#"{"eos_token": "<|nope|>"}"#.utf8).write(
        to: URL(filePath: directory + "/tokenizer_config.json"))
      #expect(
        message { try loadTokenizer(directory: directory, vocabSize: 400) }.contains(
          "there is no token `<|nope|>`"))
    }
  }

  /// The message of the error that `body` throws; empty if it throws none.
  private func message(_ body: () throws -> LoadedTokenizer) -> String {
    do {
      _ = try body()
      return ""
    } catch { return "\(error)" }
  }
}
