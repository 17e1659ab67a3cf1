/// Why a tokenizer cannot be had, or a text not be encoded.
public struct TokenizersError: Error, CustomStringConvertible, Sendable, Hashable {
  public enum Reason: Sendable, Hashable {
    /// The file cannot be read or written; what the system said.
    case inaccessible(String)
    /// The file is not JSON; what the parser said.
    case notJSON(String)
    /// A part of the file is not what it must be.
    case malformed(String)
    /// A tokenizer of a kind we do not have.
    case unsupported(String)
    /// An id that the model has no row for.
    case idBeyondVocabulary(token: String, id: Int, vocabSize: Int)
    /// Files of another tokenizer format, without a `tokenizer.json`.
    case otherFormat(file: String)
    /// No tokenizer file, and none of ours fits the model.
    case nothingFits(kind: String, needed: Int, vocabSize: Int)
    /// An alphabet that is no set of characters.
    case badAlphabet(String)
    /// A byte the vocabulary has no token for.
    case noTokenForByte(UInt8)
  }

  public var reason: Reason
  /// File or directory; nil where there is none.
  public var path: String?

  public init(_ reason: Reason, path: String? = nil) {
    self.reason = reason
    self.path = path
  }

  public var description: String { (path.map { "\($0): " } ?? "") + message }

  private var message: String {
    switch reason {
    case .inaccessible(let what): what
    case .notJSON(let what): "not a JSON document (\(what)) — was the file copied completely?"
    case .malformed(let what): what
    case .unsupported(let what):
      "\(what); read here are byte-level BPE as in GPT-2, Llama 3 and Qwen, and the character and byte tokenizers of Apus — "
        + byteTokenizerHint
    case .idBeyondVocabulary(let token, let id, let vocabSize):
      "token `\(token)` has id \(id), but the model has \(vocabSize) rows (`vocab_size` in config.json) "
        + "— are both files from the same checkpoint?"
    case .otherFormat(let file):
      "there is `\(file)` but no `tokenizer.json`; let transformers write one "
        + "(AutoTokenizer.from_pretrained(DIR).save_pretrained(DIR)) — \(byteTokenizerHint)"
    case .nothingFits(let kind, let needed, let vocabSize):
      "the \(kind) tokenizer needs \(needed) ids, but `vocab_size` is \(vocabSize) "
        + "— put a `tokenizer.json` there, or take a model with a larger vocabulary"
    case .badAlphabet(let what): what
    case .noTokenForByte(let byte): "the text has the byte \(byte), for which the tokenizer has no token"
    }
  }

  private var byteTokenizerHint: String {
    "or choose the byte tokenizer (`model.tokenizer: byte`), which fits a model that was not trained with another"
  }
}
