// Writing `tokenizer.json` and `tokenizer_config.json` for the tokenizers that are ours. By hand, since the order of
// keys is part of a file that people compare, and Foundation's encoder does not keep it.

/// The special tokens of the character and byte tokenizers.
enum OwnSpecialToken {
  static let pad = "<|pad|>"
  static let endOfText = "<|endoftext|>"
  static let unknown = "<|unk|>"
}

/// A string as JSON, quotes included.
package func quotedJSON(_ text: String) -> String {
  var quoted = "\""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "\"": quoted += "\\\""
    case "\\": quoted += "\\\\"
    case "\n": quoted += "\\n"
    case "\t": quoted += "\\t"
    case "\r": quoted += "\\r"
    case "\u{0}"..."\u{1F}":
      let digits = String(scalar.value, radix: 16)
      quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    default: quoted.unicodeScalars.append(scalar)
    }
  }
  return quoted + "\""
}

/// Both files of one of our tokenizers.
///
/// - Parameters:
///   - model: The `model` object, as JSON.
///   - preTokenizer: As JSON.
///   - decoder: As JSON.
///   - padTokenID: Of `<|pad|>`.
///   - eosTokenID: Of `<|endoftext|>`.
/// - Returns: Name → contents.
func ownTokenizerFiles(
  model: String, preTokenizer: String, decoder: String, padTokenID: Int32, eosTokenID: Int32
) -> [String: [UInt8]] {
  func addedToken(_ id: Int32, _ content: String) -> String {
    "{\"id\": \(id), \"content\": \(quotedJSON(content)), \"single_word\": false, \"lstrip\": false, "
      + "\"rstrip\": false, \"normalized\": false, \"special\": true}"
  }
  let tokenizer = """
    {
      "version": "1.0",
      "truncation": null,
      "padding": null,
      "added_tokens": [
        \(addedToken(padTokenID, OwnSpecialToken.pad)),
        \(addedToken(eosTokenID, OwnSpecialToken.endOfText))
      ],
      "normalizer": null,
      "pre_tokenizer": \(preTokenizer),
      "post_processor": null,
      "decoder": \(decoder),
      "model": \(model)
    }

    """
  let configuration = """
    {
      "tokenizer_class": "PreTrainedTokenizerFast",
      "eos_token": \(quotedJSON(OwnSpecialToken.endOfText)),
      "pad_token": \(quotedJSON(OwnSpecialToken.pad)),
      "clean_up_tokenization_spaces": false
    }

    """
  return ["tokenizer.json": Array(tokenizer.utf8), "tokenizer_config.json": Array(configuration.utf8)]
}
