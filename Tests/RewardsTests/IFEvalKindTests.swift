import Rewards
import Testing

private let cases: [InstructionCase] = [
  // Keywords
  InstructionCase(
    "keywords:existence", #"{"keywords": ["Moon", "c++"]}"#,
    yes: ["The MOON likes C++.", "moonlight, c++!", "c++c++ moon"],
    no: ["The moon likes C.", "c++", "mo on c++"]),
  InstructionCase(
    "keywords:frequency", #"{"relation": "at least", "keyword": "aa", "frequency": 2}"#,
    yes: ["aa aa", "AAaa", "aaaa", "baab aa"], no: ["aa", "aaa", "a a a a"]),
  InstructionCase(
    "keywords:frequency", #"{"relation": "less than", "keyword": "moon", "frequency": 2}"#,
    yes: ["moon", "no"], no: ["moon moon", "moon Moonlight", "moon m\u{043E}on", "moon mo\u{200B}on"]),
  InstructionCase(
    "keywords:frequency", #"{"relation": "exactly", "keyword": "moon", "frequency": 1}"#,
    yes: ["a moon"], no: ["moons moons", "none"]),
  InstructionCase(
    "keywords:frequency", #"{"relation": "at most", "keyword": "moon", "frequency": 1}"#,
    yes: ["a moon", "none"], no: ["moons moons"]),
  InstructionCase(
    "keywords:forbidden_words", #"{"forbidden_words": ["rock", "field day"]}"#,
    yes: ["rocket", "rock_1", "a field, a day", "brock"],
    no: [
      "Rock!", "a ROCK.", "rock", "one field day", "the r\u{043E}ck here", "a ro\u{AD}ck", "-rock-",
      "ｒｏｃｋ",
    ]),
  InstructionCase(
    "keywords:forbidden_words", #"{"forbidden_words": ["сор"]}"#, yes: ["с о р", "cop"],
    no: ["вот сор", "in English, сор"]),
  InstructionCase(
    "keywords:letter_frequency", ##"{"let_relation": "at least", "letter": "#", "let_frequency": 4}"##,
    yes: ["# ## #", "####"], no: ["###"]),
  InstructionCase(
    "keywords:letter_frequency", #"{"let_relation": "less than", "letter": "T", "let_frequency": 2}"#,
    yes: ["no", "The"], no: ["that", "To t", "t\u{FF54}", "a \u{0422}ea and a cup of tea"]),
  // Length
  InstructionCase(
    "length_constraints:number_words", #"{"relation": "less than", "num_words": 3}"#,
    yes: ["one two", "one, two!"], no: ["one two three", "don't go", "a-b-c"]),
  InstructionCase(
    "length_constraints:number_words", #"{"relation": "at least", "num_words": 3.0}"#,
    yes: ["one two three", "don't go", "1 2 3", "नमस्ते दुनिया हिंदी"],
    no: ["one two", "नमस्ते दुनिया", "... !!! ???", "snake_case_word"]),
  InstructionCase(
    "length_constraints:number_sentences", #"{"relation": "less than", "num_sentences": 3}"#,
    yes: [
      "One. Two.", "Dr. Who met Mr. Smith at 3.30 p.m. today. It rained.", "Wait... what? Yes.",
      "1. First\n2. Second",
      "No full stop\n\nat all\n\nhere", "It cost $3.50, e.g. in the U.S. and elsewhere.",
      "J. R. R. Tolkien wrote it.",
      "See example.com/a.b now.", "!!! One. Two. !!!",
    ],
    no: [
      "One. Two. Three", "One! Two? Three.", "\"One.\" \"Two.\" (Three.)", "一。二。三。", "एक। दो। तीन।",
      "one. two. three.",
      "He left at 5 p.m. She came. They met.", "**One.** **Two.** **Three.**",
      "So did I. Then we left. It rained.",
    ]),
  InstructionCase(
    "length_constraints:number_sentences", #"{"relation": "at least", "num_sentences": 2}"#,
    yes: ["One. Two.", "One? Two"], no: ["One.", "... !!! ???", "Mr. Smith"]),
  InstructionCase(
    "length_constraints:number_paragraphs", #"{"num_paragraphs": 2}"#,
    yes: ["a\n***\nb", "a *** b", "***\na\n***\nb\n***", "a\n\nstill a\n* * *\nb"],
    no: ["a", "a\n\nb", "a\n***\n\n***\nb", "a\n***\nb\n***\nc", "a\n******\nb", "***"]),
  InstructionCase(
    "length_constraints:nth_paragraph_first_word",
    #"{"num_paragraphs": 2, "nth_paragraph": 2, "first_word": "Lonely"}"#,
    yes: [
      "a\n\nlonely b", "a\n\n\n\nLonely, b", "\n\na\n\n\"LONELY\" b", "a\n\n\u{201C}Lonely\u{201D} b",
      "a\r\n\r\nLonely b",
      "a\nb\n\nlonely",
    ],
    no: [
      "lonely a\n\nb", "a\n\nlonely b\n\nc", "lonely", "a\n\nlonelyish", "a\n\nlonely-hearted", "a\nlonely",
      "a\n\na lonely one", "a\n\n\n\n",
    ]),
  // Content
  InstructionCase(
    "detectable_content:number_placeholders", #"{"num_placeholders": 2}"#,
    yes: ["[a] [b]", "[a][b][c]", "[x [y] z] [w]"], no: ["[a]", "[a] [ ]", "[][]", "[a\n] [b", "a] [b]"]),
  InstructionCase(
    "detectable_content:postscript", #"{"postscript_marker": "P.S."}"#,
    yes: ["Bye.\n\nP.S. I love you", "p. s. hello", "P.P.S. more", "**P.S.** me"],
    no: ["PS I love you", "Bye", "app.s.io"]),
  InstructionCase(
    "detectable_content:postscript", #"{"postscript_marker": "P.P.S"}"#,
    yes: ["Bye. P.P.S. x", "p. p. s x"], no: ["P.S. x", "P.P.Something"]),
  InstructionCase(
    "detectable_content:postscript", #"{"postscript_marker": "N.B.:"}"#, yes: ["n.b.: x"], no: ["N.B. x"]),
  // Format
  InstructionCase(
    "detectable_format:number_bullet_lists", #"{"num_bullets": 2}"#,
    yes: [
      "* a\n* b", "- a\n  - b", "Intro\n\n* a\n- b\nEnd", "* **a**\n* b\n---", "* a\n* b\n**bold** line",
    ],
    no: ["* a", "* a\n* b\n* c", "a * b\nc - d", "• a\n• b", "*a*\n*b*"]),
  InstructionCase(
    "detectable_format:constrained_response",
    yes: ["My answer is yes.", "Well: My answer is maybe. Sorry."],
    no: ["my answer is yes", "My answer is yes. My answer is no.", "Yes."]),
  InstructionCase(
    "detectable_format:number_highlighted_sections", #"{"num_highlights": 2}"#,
    yes: ["*a* and *b*", "**a** and **b**", "* *a* b\n* **c**", "***a*** *b*"],
    no: ["*a*", "* a\n* b\n* c", "2 * 3 * 4 * 5", "**** ****", "*a\nb* *c*", "***a***", "* a * b * c *"]),
  InstructionCase(
    "detectable_format:multiple_sections", #"{"section_spliter": "SECTION", "num_sections": 2}"#,
    yes: ["SECTION 1\na\nSECTION 2\nb", "**SECTION 1:** a **SECTION 2:** b", "SECTION1 SECTION10"],
    no: [
      "SECTION 1", "Section 1 Section 2", "SECTION 1 as in SECTION 1", "SECTION A SECTION B",
      "SUBSECTION 1 SUBSECTION 2",
    ]
  ),
  InstructionCase(
    "detectable_format:json_format",
    yes: [
      #"{"a": [1, 2.5e3, null]}"#, "```json\n{\"a\": 1}\n```", "```\n[1]\n```", "```JSON\n[]```", " [\"x\"] ",
    ],
    no: ["Here: {\"a\": 1}", "{'a': 1}", "{\"a\": 1} {}", "{\"a\": 1,}", "```json\n```", "NaN", "[1"]),
  InstructionCase(
    "detectable_format:title", yes: ["<<Joy>>\ntext", "a <<b c>> d", "<<<x>>>"],
    no: ["<<>>", "<< >>", "<Joy>", "<<a\nb>>", ">>a<<", "<<<<>>>>"]),
  // Combination
  InstructionCase(
    "combination:two_responses", yes: ["a\n******\nb", "******a******b******"],
    no: ["a", "a\n***\nb", "a\n******\n a ", "a******b******c", "a************b", "******a******"]),
  InstructionCase(
    "combination:repeat_prompt", #"{"prompt_to_repeat": "Say \"hi\".  Twice"}"#,
    yes: ["say \"HI\".  twice\nhi hi", "  Say \"hi\".  Twice"],
    no: ["Sure! Say \"hi\".  Twice", "Say \"hi\". Twice", "Say"]),
  // Start and end
  InstructionCase(
    "startend:end_checker", #"{"end_phrase": "Any other questions?"}"#,
    yes: ["x any OTHER questions?", "x Any other questions?\"", "x Any other questions? \n"],
    no: ["Any other questions? No.", "Any other questions", "other questions?"]),
  InstructionCase(
    "startend:quotation", yes: ["\"a b\"", " \"a\" and \"b\" ", "\u{201C}a\u{201D}"],
    no: ["a", "\"a", "a\"", "\"", "\"\"", "'a'", "\"a\"."]),
  // Case
  InstructionCase(
    "change_case:capital_word_frequency", #"{"capital_relation": "at least", "capital_frequency": 2}"#,
    yes: ["I AM", "A WELL-KNOWN man", "NASA, ESA", "DON'T stop NOW"],
    no: ["I am", "WELL-KNOWN", "Title Case Words", "DON'T"]),
  InstructionCase(
    "change_case:capital_word_frequency", #"{"capital_relation": "less than", "capital_frequency": 1}"#,
    yes: ["nothing here", "Title Case", "42"], no: ["NASA", "so did I", "COVID-19"]),
  // Punctuation
  InstructionCase(
    "punctuation:no_comma", yes: ["a b; c.", "3.5", "a\u{2019}b"],
    no: ["a, b", "1,000", "a\u{FF0C}b", "a\u{060C} b", "a\u{3001}b", "a\u{201A} b"]),
]

@Suite struct `IFEval's kinds of instructions` {
  @Test(arguments: cases)
  func `are followed by what follows them`(instruction: InstructionCase) {
    for text in instruction.yes {
      let verdict = verdict(instruction.id, instruction.kwargs, text)
      #expect(verdict.score == 1, "\(text): \(verdict)")
    }
  }

  @Test(arguments: cases)
  func `are not followed by anything else, and the rule says what is missing`(instruction: InstructionCase) {
    for text in instruction.no {
      let verdict = verdict(instruction.id, instruction.kwargs, text)
      #expect(verdict.score == 0, "\(text): \(verdict)")
      #expect(verdict.rule.contains("; `\(instruction.id)`: "), "\(verdict)")
    }
  }

  @Test func `are 25, and each has a case here or among the languages`() {
    let languages: Set = [
      "language:response_language", "change_case:english_capital", "change_case:english_lowercase",
    ]
    #expect(Set(cases.map(\.id)).union(languages).count == 25)
  }

  @Test(arguments: cases)
  func `are never followed by nothing`(instruction: InstructionCase) {
    for text in ["", " \n\t", "<think>still at it", "<think>done</think>\n"] {
      let verdict = verdict(instruction.id, instruction.kwargs, text)
      #expect(verdict.score == 0 && verdict.status == .noAnswer, "\(verdict)")
    }
  }

  @Test(arguments: cases)
  func `do not see what was thought`(instruction: InstructionCase) {
    for text in instruction.yes + instruction.no {
      let plain = verdict(instruction.id, instruction.kwargs, text)
      let thought = verdict(
        instruction.id, instruction.kwargs, "<think>Hm, *well*: [x] P.S. MY</think>\n\n" + text)
      #expect(thought == plain)
    }
  }

  @Test(arguments: cases)
  func `take an argument that is not theirs for a fault of the data`(instruction: InstructionCase) {
    let inner = instruction.kwargs.dropFirst().dropLast()
    let more = "{" + inner + (inner.isEmpty ? "" : ", ") + #""temperature": 1}"#
    let verdict = verdict(instruction.id, more, instruction.yes[0])
    #expect(verdict.status == .noVerdict && verdict.score == nil)
    #expect(verdict.rule.contains("unknown kwarg `temperature`"), "\(verdict)")
  }

  @Test(arguments: cases)
  func `do not mind nulls for the arguments of others`(instruction: InstructionCase) {
    let inner = instruction.kwargs.dropFirst().dropLast()
    let more = "{" + inner + (inner.isEmpty ? "" : ", ") + #""temperature": null, "section_splitter": null}"#
    for text in instruction.yes + instruction.no {
      #expect(verdict(instruction.id, more, text) == verdict(instruction.id, instruction.kwargs, text))
    }
  }

  @Test(arguments: cases.filter { $0.kwargs != "{}" })
  func `draw nothing at random where an argument is missing`(instruction: InstructionCase) {
    for kwargs in ["{}", "null"] {
      let verdict = verdict(instruction.id, kwargs, instruction.yes[0])
      #expect(verdict.status == .noVerdict)
      #expect(verdict.rule.contains("` is missing"), "\(verdict)")
    }
  }
}
