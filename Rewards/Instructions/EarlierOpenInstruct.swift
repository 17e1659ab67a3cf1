/// The form of open-instruct's first data set of constraints (`RLVR-IFeval`): one constraint a row, named by
/// the function that checks it, its arguments beside the name.
enum EarlierOpenInstruct {
  private struct Form {
    let id: String
    /// Our names of the arguments by theirs.
    let names: [String: String]
    /// Arguments that their function has fixed.
    var fixed: [String: ParameterValue] = [:]
  }

  private static let forms: [String: Form] = [
    "verify_keywords": Form(id: "keywords:existence", names: ["keyword_list": "keywords"]),
    "verify_keyword_frequency": Form(
      id: "verify_keyword_frequency", names: ["word": "word", "N": "N"]),
    "validate_choice": Form(id: "validate_choice", names: ["options": "options"]),
    "validate_forbidden_words": Form(
      id: "keywords:forbidden_words", names: ["forbidden_words": "forbidden_words"]),
    "verify_letter_frequency": Form(
      id: "keywords:letter_frequency", names: ["letter": "letter", "N": "let_frequency"],
      fixed: ["let_relation": .text("exactly")]),
    "validate_response_language": Form(id: "language:response_language", names: ["language": "language"]),
    "verify_paragraph_count": Form(
      id: "length_constraints:number_paragraphs", names: ["N": "num_paragraphs"]),
    "validate_word_constraint": Form(
      id: "length_constraints:number_words", names: ["N": "num_words", "quantifier": "relation"]),
    "verify_sentence_constraint": Form(
      id: "length_constraints:number_sentences", names: ["N": "num_sentences", "quantifier": "relation"]),
    "validate_paragraphs": Form(
      id: "length_constraints:nth_paragraph_first_word",
      names: ["N": "num_paragraphs", "first_word": "first_word", "i": "nth_paragraph"]),
    "verify_postscript": Form(
      id: "detectable_content:postscript", names: ["postscript_marker": "postscript_marker"]),
    "validate_placeholders": Form(
      id: "detectable_content:number_placeholders", names: ["N": "num_placeholders"]),
    "verify_bullet_points": Form(id: "detectable_format:number_bullet_lists", names: ["N": "num_bullets"]),
    "validate_title": Form(id: "detectable_format:title", names: [:]),
    "validate_highlighted_sections": Form(
      id: "detectable_format:number_highlighted_sections", names: ["N": "num_highlights"]),
    "validate_sections": Form(
      id: "detectable_format:multiple_sections",
      names: ["N": "num_sections", "section_splitter": "section_spliter"]),
    "validate_json_format": Form(id: "detectable_format:json_format", names: [:]),
    "validate_repeat_prompt": Form(
      id: "combination:repeat_prompt", names: ["original_prompt": "prompt_to_repeat"]),
    "validate_two_responses": Form(id: "combination:two_responses", names: [:]),
    "validate_uppercase": Form(id: "change_case:english_capital", names: [:]),
    "validate_lowercase": Form(id: "change_case:english_lowercase", names: [:]),
    "validate_frequency_capital_words": Form(
      id: "change_case:capital_word_frequency",
      names: ["N": "capital_frequency", "quantifier": "capital_relation"]),
    "validate_end": Form(id: "startend:end_checker", names: ["end_phrase": "end_phrase"]),
    "validate_quotation": Form(id: "startend:quotation", names: [:]),
    "validate_no_commas": Form(id: "punctuation:no_comma", names: [:]),
  ]

  /// The same constraint under IFEval's id and arguments.
  /// All are judged as IFEval's of the same name; so words are `\w+` and asterisks alone head no list.
  ///
  /// - Throws: Where there is no such function, or an argument that its constraint does not have.
  static func instruction(_ name: ParameterValue, _ map: [String: ParameterValue])
    throws(InstructionProblem) -> (id: String, values: [String: ParameterValue])
  {
    guard case .text(let name) = name, let form = forms[name] else {
      throw InstructionProblem("`func_name`", "names no constraint that is known")
    }
    var values = form.fixed
    for (key, value) in map where key != "func_name" && value != .null {
      values[form.names[key] ?? key] = value
    }
    return (form.id, values)
  }
}
