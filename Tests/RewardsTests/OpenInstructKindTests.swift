import Rewards
import Testing

private let cases: [InstructionCase] = [
  InstructionCase(
    "copy:copy", #"{"prompt_to_repeat": "Say Hi"}"#, yes: ["say hi", " Say Hi\n"], no: ["Say Hi!", "Say"]),
  InstructionCase(
    "copy:copying_simple", #"{"prompt_to_repeat": "Say Hi"}"#, yes: ["Say hi"], no: ["Say Hi Say Hi"]),
  InstructionCase(
    "copy:copying_multiple", #"{"prompt_to_repeat": "Hi", "N": 2}"#, yes: ["Hi\n******\nhi"],
    no: ["Hi", "Hi******Hi******Hi", "Hi******Ho", "Hi******"]),
  InstructionCase(
    "new:copy_span_idx", #"{"prompt_to_repeat": "One two three", "n_start": 4, "n_end": 7}"#,
    yes: ["two", "TWO"],
    no: ["one two", "tw", "three"]),
  InstructionCase(
    "new:copy_span_idx", #"{"prompt_to_repeat": "One two three", "n_start": 0, "n_end": 4}"#,
    yes: ["One", "one t"],
    no: ["One tw"]),
  InstructionCase(
    "copy:repeat_phrase", #"{"phrase": "the quick brown fox", "small_n": 2}"#,
    yes: ["The quick red fox met the slow brown fox.", "the a brown fox the b brown fox"],
    no: [
      "the quick red fox", "the quick brown fox the quick red fox the slow brown fox",
      "the slow red fox the big red fox",
      "the quick red fox, the slow brown fox, the quick grey fox",
    ]),
  InstructionCase(
    "detectable_format:sentence_hyphens",
    yes: ["One is here.-Two is there.-Three!", "Just a well-known one."],
    no: ["One is here. Two is there.", "One.- Two."]),
  InstructionCase(
    "keywords:no_adjacent_consecutive", yes: ["a cat eats", "b a", "z a 1 2"],
    no: ["a bird", "see The Umbrella", "Xylophone yes"]),
  InstructionCase(
    "detectable_format:square_brackets", yes: ["[a] [b.]", "[a]"], no: ["[a] b", "[a b]", "[]"]),
  InstructionCase(
    "detectable_format:bigram_wrapping", yes: ["<<I am>> <<at home>>", "<<I am>> home"],
    no: ["I am", "<<I>> am", "<<I am>> at home", "<<I am at>> home"]),
  InstructionCase(
    "keywords:word_once", #"{"keyword": "Moon"}"#, yes: ["a moon"], no: ["sun", "moon moonlight"]),
  InstructionCase(
    "keywords:word_count_different_numbers", #"{"keyword": "moon", "frequency": 2, "relation": "at least"}"#,
    yes: ["moon Moon"], no: ["moon"]),
  InstructionCase(
    "keywords:exclude_word_harder", #"{"keyword": "moon"}"#, yes: ["moonlight"],
    no: ["the moon", "Moon.", "m\u{043E}on is"]),
  InstructionCase(
    "paragraphs:paragraphs", yes: ["a *** b"], no: ["a", "a\n\nb", "a *** b *** c"]),
  InstructionCase("paragraphs:paragraphs2", yes: ["a\n\nb", "a\n\n\n\nb"], no: ["a\nb", "a\n\nb\n\nc"]),
  InstructionCase(
    "first_word:first_word_sent", #"{"first_word": ["So"]}"#,
    yes: ["So it is. so it was.", "\"So, what?\" So!"],
    no: ["So it is. It was.", "Sorry."]),
  InstructionCase(
    "first_word:first_word_answer", #"{"first_word": "So"}"#, yes: ["So, yes. No."], no: ["Oh so", "Sorry"]),
  InstructionCase(
    "last_word:last_word_sent", #"{"last_word": "Home"}"#, yes: ["I go home. You, home!", "We are (home)."],
    no: ["I go home. You go.", "At home now"]),
  InstructionCase(
    "last_word:last_word_answer", #"{"last_word": "home"}"#, yes: ["Go. Home.", "home"],
    no: ["home now", "homes"]),
  InstructionCase(
    "punctuation:punctuation_dot", yes: ["no stop", "a!"], no: ["a.", "3.5", "a\u{2026}", "a\u{3002}"]),
  InstructionCase("punctuation:punctuation_exclamation", yes: ["a."], no: ["a!", "a\u{FF01}", "\u{203C}"]),
  InstructionCase(
    "count:lowercase_counting", #"{"N": 1}"#, yes: ["One TWO three", "NO"], no: ["one two", "a b C"]),
  InstructionCase(
    "letters:letter_counting", #"{"N": 4, "relation": "less than"}"#, yes: ["a b, c!", "123 456"],
    no: ["abcd", "a b c d", "дома"]),
  InstructionCase(
    "letters:letter_counting", #"{"N": 4, "relation": "at least"}"#, yes: ["ab cd"], no: ["abc 1"]),
  InstructionCase(
    "letters:letter_counting2", #"{"letter": "a", "let_frequency": 2, "let_relation": "at least"}"#,
    yes: ["aA"], no: ["a"]),
  InstructionCase(
    "count:counting_composition", #"{"n_sent": 2, "n_words": 3}"#,
    yes: ["One two three. Four five six.\n* * *\nA b c. D e f.\n***\nG h i. J k l."],
    no: [
      "One two three. Four five six.", "One two three.\n***\nA b c. D e f.\n***\nG h i. J k l.",
      "a b. c d.\n***\na b. c d.\n***\na b. c d.",
    ]),
  InstructionCase(
    "count:count_unique", yes: ["each word, once.", "don't do"], no: ["the cat The dog", "no, no"]),
  InstructionCase(
    "count:count_increment_word", #"{"keyword1": "sun", "keyword2": "moon"}"#, yes: ["moon sun moon"],
    no: ["sun moon", "sun sun moon moon"]),
  InstructionCase(
    "keywords:palindrome", yes: ["a Level road", "noon", "été"], no: ["a b c", "no ways", "121"]),
  InstructionCase(
    "keywords:keyword_specific_position", #"{"keyword": "moon", "n": 2, "m": 3}"#,
    yes: ["One. See the moon. End."],
    no: ["See the moon. One.", "One. The moon.", "One"]),
  InstructionCase(
    "keywords:start_end", yes: ["So it is so", "yes no YES"], no: ["so it is so.", "so", "so it is"]),
]

@Suite struct `open-instruct's kinds of instructions` {
  @Test(arguments: cases)
  func `are followed by what follows them and by nothing else`(instruction: InstructionCase) {
    for text in instruction.yes {
      let verdict = verdict(instruction.id, instruction.kwargs, text)
      #expect(verdict.score == 1, "\(text): \(verdict)")
    }
    for text in instruction.no + [""] {
      let verdict = verdict(instruction.id, instruction.kwargs, text)
      #expect(verdict.score == 0, "\(text): \(verdict)")
    }
  }

  @Test(arguments: [
    #"[{'instruction_id': ['keywords:word_once', 'punctuation:no_comma'], 'kwargs': [{'keyword': "it's \"x\""}, None]}]"#,
    #"[{"instruction_id": ["keywords:word_once", "punctuation:no_comma"], "kwargs": [{"keyword": "it's \"x\""}, null]}]"#,
    #"{"instruction_id": ["keywords:word_once", "punctuation:no_comma"], "kwargs": ["{\"keyword\": \"it's \\\"x\\\"\"}", {}]}"#,
    #"["{\"instruction_id\": [\"keywords:word_once\", \"punctuation:no_comma\"], \"kwargs\": [{\"keyword\": \"it's \\\"x\\\"\"}, null]}"]"#,
    #"{'instruction_id_list': ['keywords:word_once', 'punctuation:no_comma'], 'kwargs': [{'keyword': 'it\'s \x22x"'}, {'keyword': None}]}"#,
  ])
  func `are read from its ground truth, as JSON or as Python writes it`(gold: String) {
    func score(_ text: String) -> Double? {
      IFEvalVerifier().verify(Completion(text: text, groundTruth: gold)).score
    }
    #expect(score("IT'S \"X\" here") == 1)
    #expect(score("it's \"x\", it's \"x\"") == 0)
    #expect(score("it's x") == 0.5)
  }

  @Test(arguments: [
    (#"{"func_name": "validate_no_commas", "N": null}"#, "a b", "a, b"),
    (#"{"func_name": "verify_keywords", "keyword_list": ["a", "b"]}"#, "b a", "b"),
    (
      #"{"func_name": "verify_keyword_frequency", "word": "cat", "N": 2}"#, "Cat category cat", "cat category"
    ),
    (#"{"func_name": "verify_letter_frequency", "letter": "a", "N": 2}"#, "aa", "aaa"),
    (
      #"{"func_name": "validate_word_constraint", "N": 20, "quantifier": "around"}"#,
      "a b c d e f g h i j k l m n o p q r", "a b"
    ),
    (
      #"{"func_name": "verify_sentence_constraint", "N": 2, "quantifier": "at most"}"#, "A b. C d.",
      "A b. C d. E f."
    ),
    (#"{"func_name": "validate_choice", "options": ["yes", "no"]}"#, "Yes.", "yes or no"),
    (#"{"func_name": "verify_paragraph_count", "N": 2}"#, "a\n* * *\nb", "a"),
    (#"{"func_name": "validate_paragraphs", "N": 2, "first_word": "so", "i": 2}"#, "a\n\nso b", "so\n\na"),
    (
      #"{"func_name": "validate_sections", "N": 2, "section_splitter": "Part"}"#, "Part 1 a Part 2 b",
      "Part 1"
    ),
    (#"{"func_name": "validate_end", "end_phrase": "Bye."}"#, "x bye.", "bye. x"),
  ])
  func `are read from its first data set too`(gold: String, yes: String, no: String) {
    for (text, score) in [(yes, 1.0), (no, 0)] {
      let verdict = IFEvalVerifier().verify(Completion(text: text, groundTruth: gold))
      #expect(verdict.score == score, "\(verdict)")
    }
  }
}
