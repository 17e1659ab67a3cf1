import Rewards
import Testing

@Suite struct `IFEval on hostile responses` {
  /// Every published kind, with arguments that make it look hard.
  private static let instructions: [(id: String, kwargs: String)] = [
    ("keywords:existence", #"{"keywords": ["aaaaaaaaaaaaaaaab", "zebra"]}"#),
    ("keywords:frequency", #"{"relation": "less than", "keyword": "aaaaaaaaaaaab", "frequency": 1}"#),
    ("keywords:forbidden_words", #"{"forbidden_words": ["aaaaaaaa", "!!!!", "ab"]}"#),
    ("keywords:letter_frequency", #"{"let_relation": "exactly", "letter": "é", "let_frequency": 3}"#),
    ("language:response_language", #"{"language": "fr"}"#),
    ("language:response_language", #"{"language": "ja"}"#),
    ("length_constraints:number_sentences", #"{"relation": "exactly", "num_sentences": 7}"#),
    ("length_constraints:number_paragraphs", #"{"num_paragraphs": 7}"#),
    ("length_constraints:number_words", #"{"relation": "exactly", "num_words": 7}"#),
    (
      "length_constraints:nth_paragraph_first_word",
      #"{"num_paragraphs": 7, "nth_paragraph": 7, "first_word": "zebra"}"#
    ),
    ("detectable_content:number_placeholders", #"{"num_placeholders": 1000000000}"#),
    ("detectable_content:postscript", #"{"postscript_marker": "P.P.S"}"#),
    ("detectable_format:number_bullet_lists", #"{"num_bullets": 7}"#),
    ("detectable_format:constrained_response", "{}"),
    ("detectable_format:number_highlighted_sections", #"{"num_highlights": 1000000000}"#),
    (
      "detectable_format:multiple_sections",
      #"{"section_spliter": "S S S S S S S S", "num_sections": 1000000000}"#
    ),
    ("detectable_format:json_format", "{}"), ("detectable_format:title", "{}"),
    ("combination:two_responses", "{}"),
    ("combination:repeat_prompt", #"{"prompt_to_repeat": "zebra"}"#),
    ("startend:end_checker", #"{"end_phrase": "zebra"}"#),
    ("change_case:capital_word_frequency", #"{"capital_relation": "exactly", "capital_frequency": 7}"#),
    ("change_case:english_capital", "{}"), ("change_case:english_lowercase", "{}"),
    ("punctuation:no_comma", "{}"),
    ("startend:quotation", "{}"), ("copy:repeat_phrase", #"{"phrase": "a a a a a a a b a", "small_n": 2}"#),
    ("detectable_format:sentence_hyphens", "{}"), ("count:count_unique", "{}"), ("keywords:palindrome", "{}"),
    ("count:counting_composition", #"{"n_sent": 2, "n_words": 2}"#), ("keywords:start_end", "{}"),
    ("keywords:keyword_specific_position", #"{"keyword": "zebra", "n": 1000, "m": 1000}"#),
    ("first_word:first_word_sent", #"{"first_word": "zebra"}"#),
    ("last_word:last_word_sent", #"{"last_word": "zebra"}"#),
    ("detectable_format:bigram_wrapping", "{}"), ("detectable_format:square_brackets", "{}"),
  ]

  private static let storms = [
    "a", "a ", "A", "*", "* ", "**a**", "***", "******\n", "[", "[]", "[x", "]", "<<", ">>", "<<a", "\n",
    "\n\n", "a\n\n", "- ", "-\n", ".",
    "a. ", "e.g. ", "A.", "1. ", "... a ", "!?", "\"", "\u{201C}", "S ", "Section 1 ", "1", "{\"a\":", "{",
    "```", "P. ", ",", "\u{301}",
    "\u{200B}", "\u{200D}", "é", "\u{FFFD}", "\u{0}", "字", "か", "\u{10FFFF}", "ﷺ", "İ", "ǅ", "о", "<think",
    "</think>", "a a a a a a a b a ",
  ]

  private static func verdict(_ text: String) -> Verdict {
    RewardsTests.verdict(ids: instructions.map(\.id), kwargs: instructions.map(\.kwargs), text)
  }

  // Every storm is read eight times for each instruction, all in a few seconds; one quadratic pass would take
  // hours.
  @Test(.timeLimit(.minutes(1)), arguments: storms)
  func `gives a verdict in linear time`(storm: String) {
    let text = String(repeating: storm, count: 1 + 12_000 / storm.utf8.count)
    for form in [text, "x\n" + text + "\nx"] {
      let verdict = Self.verdict(form)
      #expect((verdict.score ?? 2) < 1)
      #expect(verdict.rule.utf8.count < 1000)
    }
  }

  @Test func `refuses what is longer than a quarter of a mebibyte`() {
    let long = String(repeating: "a ", count: 1 << 17)
    #expect(Self.verdict(long).status == .incorrect)
    #expect(Self.verdict(long + "b").status == .limit)
    #expect(Self.verdict(long + "b").score == 0)
  }

  @Test func `judges every cut and every flipped byte without a trap`() {
    let whole = Array(
      "Dr. É. said \"*no*\": [x] <<T>> P.P.S. \u{201C}S S 1\u{201D}\r\n\n* a. b\n***\n{\"a\": [1e5]}\u{3002}字,か\u{200D} e.g. U.S. 3.5!\n******\nİǅ"
        .utf8)
    for index in whole.indices {
      for text in [whole[...index], whole[index...]] {
        #expect(Self.verdict(String(decoding: text, as: UTF8.self)).score != nil)
      }
      var flipped = whole
      for value: UInt8 in [0, 0x0A, 0x20, 0x2A, 0x2E, 0x80, 0xC3, 0xE2, 0xF4, 0xFF] {
        flipped[index] = value
        #expect(Self.verdict(String(decoding: flipped, as: UTF8.self)).score != nil)
      }
    }
  }

  @Test func `judges every cut and every flipped byte of the data without a trap, and never as followed`() {
    let gold = Array(
      #"[{'instruction_id': ['keywords:existence'], 'kwargs': [{'keywords': ['z\x65bra', "q\u0041"], 'N': None}]}]"#
        .utf8)
    for index in gold.indices {
      var flipped = gold
      for value: UInt8 in [0, 0x20, 0x22, 0x27, 0x5C, 0x5D, 0x55, 0x75, 0x80, 0xFF] {
        flipped[index] = value
        for text in [gold[...index], gold[index...], flipped[...]] {
          let completion = Completion(text: "a", groundTruth: String(decoding: text, as: UTF8.self))
          #expect(IFEvalVerifier().verify(completion).score != 1)
        }
      }
    }
  }

  @Test func `gives one verdict on sixty-four threads`() async {
    let text = Self.storms.joined(separator: " Le chat est sur la table, non ?\n\n")
    let alone = Self.verdict(text)
    await withTaskGroup(of: Verdict.self) { group in
      for _ in 0..<64 { group.addTask { Self.verdict(text) } }
      for await verdict in group { #expect(verdict == alone) }
    }
  }
}
