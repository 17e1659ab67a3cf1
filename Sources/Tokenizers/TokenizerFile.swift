internal import Foundation

/// `tokenizer.json`, as far as it decides how a text becomes ids.
struct TokenizerFile: Decodable, Sendable {
  var addedTokens: [AddedToken]
  var normalizer: Component?
  var preTokenizer: Component?
  var postProcessor: Component?
  var decoder: Component?
  var model: Model

  struct AddedToken: Decodable, Sendable {
    var id: Int
    var content: String
    var singleWord: Bool?
    var lstrip: Bool?
    var rstrip: Bool?
    var normalized: Bool?
    var special: Bool?
  }

  struct Model: Decodable, Sendable {
    var type: String?
    var vocab: [String: Int]?
    var merges: [Merge]?
    var dropout: Double?
    var unkToken: String?
    var continuingSubwordPrefix: String?
    var endOfWordSuffix: String?
    var byteFallback: Bool?
    var ignoreMerges: Bool?

    // Named here, not converted: converting would rewrite the keys of the vocabulary too.
    enum CodingKeys: String, CodingKey {
      case type, vocab, merges, dropout
      case unkToken = "unk_token"
      case continuingSubwordPrefix = "continuing_subword_prefix"
      case endOfWordSuffix = "end_of_word_suffix"
      case byteFallback = "byte_fallback"
      case ignoreMerges = "ignore_merges"
    }

    init(from decoder: any Decoder) throws {
      let values = try decoder.container(keyedBy: CodingKeys.self)
      type = try values.decodeIfPresent(String.self, forKey: .type)
      dropout = try values.decodeIfPresent(Double.self, forKey: .dropout)
      unkToken = try values.decodeIfPresent(String.self, forKey: .unkToken)
      continuingSubwordPrefix = try values.decodeIfPresent(String.self, forKey: .continuingSubwordPrefix)
      endOfWordSuffix = try values.decodeIfPresent(String.self, forKey: .endOfWordSuffix)
      byteFallback = try values.decodeIfPresent(Bool.self, forKey: .byteFallback)
      ignoreMerges = try values.decodeIfPresent(Bool.self, forKey: .ignoreMerges)
      // Other kinds of model (Unigram) have a vocabulary of another shape.
      guard ["BPE", "WordLevel", nil].contains(type) else { return }
      vocab = try values.decodeIfPresent([String: Int].self, forKey: .vocab)
      merges = try values.decodeIfPresent([Merge].self, forKey: .merges)
    }
  }

  /// Two tokens that become one: `"a b"`, or `["a", "b"]` in newer files.
  struct Merge: Decodable, Sendable {
    var left: Substring
    var right: Substring

    init(from decoder: any Decoder) throws {
      let value = try decoder.singleValueContainer()
      let parts: [Substring]
      if let line = try? value.decode(String.self) {
        parts = line.split(separator: " ", omittingEmptySubsequences: false)
      } else {
        parts = try value.decode([String].self).map { $0[...] }
      }
      guard parts.count == 2 else {
        throw DecodingError.dataCorruptedError(
          in: value, debugDescription: "a merge is two tokens, not \(parts.count)")
      }
      left = parts[0]
      right = parts[1]
    }
  }

  /// A normalizer, pre-tokenizer, post-processor or decoder: one record for all, since the options are few.
  struct Component: Decodable, Sendable {
    var type: String
    var addPrefixSpace: Bool?
    var useRegex: Bool?
    var individualDigits: Bool?
    var pattern: Pattern?
    var behavior: String?
    var invert: Bool?
    var single: [TemplatePiece]?
    var normalizers: [Component]?
    var pretokenizers: [Component]?
    var processors: [Component]?

    enum CodingKeys: String, CodingKey {
      case type, pattern, behavior, invert, single, normalizers, pretokenizers, processors
      case addPrefixSpace = "add_prefix_space"
      case useRegex = "use_regex"
      case individualDigits = "individual_digits"
    }
  }

  struct Pattern: Decodable, Sendable {
    var regex: String?
    var string: String?

    enum CodingKeys: String, CodingKey {
      case regex = "Regex"
      case string = "String"
    }
  }

  /// One element of a post-processor's template: a special token, or the text.
  struct TemplatePiece: Decodable, Sendable {
    struct SpecialToken: Decodable, Sendable { var id: String }
    var specialToken: SpecialToken?

    enum CodingKeys: String, CodingKey { case specialToken = "SpecialToken" }
  }

  enum CodingKeys: String, CodingKey {
    case normalizer, decoder, model
    case addedTokens = "added_tokens"
    case preTokenizer = "pre_tokenizer"
    case postProcessor = "post_processor"
  }

  init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    addedTokens = try values.decodeIfPresent([AddedToken].self, forKey: .addedTokens) ?? []
    normalizer = try values.decodeIfPresent(Component.self, forKey: .normalizer)
    preTokenizer = try values.decodeIfPresent(Component.self, forKey: .preTokenizer)
    postProcessor = try values.decodeIfPresent(Component.self, forKey: .postProcessor)
    self.decoder = try values.decodeIfPresent(Component.self, forKey: .decoder)
    model = try values.decode(Model.self, forKey: .model)
  }
}

extension TokenizerFile.AddedToken {
  enum CodingKeys: String, CodingKey {
    case id, content, lstrip, rstrip, normalized, special
    case singleWord = "single_word"
  }
}

/// `tokenizer_config.json`: which tokens end and pad a text.
struct TokenizerConfigurationFile: Decodable, Sendable {
  var eosToken: SpecialToken?
  var padToken: SpecialToken?

  /// Either the text, or an object with `content`.
  struct SpecialToken: Decodable, Sendable {
    var content: String

    private struct Object: Decodable { var content: String }

    init(from decoder: any Decoder) throws {
      let value = try decoder.singleValueContainer()
      content = try (try? value.decode(String.self)) ?? value.decode(Object.self).content
    }
  }

  enum CodingKeys: String, CodingKey {
    case eosToken = "eos_token"
    case padToken = "pad_token"
  }
}

/// A JSON file as a value, with errors that name the file and the place in it.
func decodeJSON<Value: Decodable>(_ type: Value.Type, from bytes: [UInt8], path: String) throws -> Value {
  func place(_ codingPath: [any CodingKey]) -> String {
    codingPath.map { key in key.intValue.map { "[\($0)]" } ?? key.stringValue }.joined(separator: ".")
  }
  do {
    return try JSONDecoder().decode(type, from: Data(bytes))
  } catch DecodingError.keyNotFound(let key, let context) {
    throw TokenizersError(.malformed("`\(place(context.codingPath + [key]))` is missing"), path: path)
  } catch DecodingError.typeMismatch(let type, let context), DecodingError.valueNotFound(
    let type, let context)
  {
    let name = context.codingPath.isEmpty ? "the document" : "`\(place(context.codingPath))`"
    throw TokenizersError(.malformed("\(name) is no \(type)"), path: path)
  } catch DecodingError.dataCorrupted(let context) where !context.codingPath.isEmpty {
    throw TokenizersError(
      .malformed("`\(place(context.codingPath))`: \(context.debugDescription)"), path: path)
  } catch DecodingError.dataCorrupted(let context) {
    let cause = (context.underlyingError as NSError?)?.userInfo[NSDebugDescriptionErrorKey] as? String
    throw TokenizersError(.notJSON(cause ?? context.debugDescription), path: path)
  }
}
