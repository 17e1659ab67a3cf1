// What open-instruct's IFEvalG (github.com/allenai/open-instruct) adds to IFEval: copying.

/// The response is the prompt and nothing else, in any case.
struct CopiedPrompt: Instruction {
  static let ids = ["copy:copy", "copy:copying_simple"]
  private let prompt: Bytes

  init(_ arguments: inout InstructionArguments) throws(InstructionProblem) {
    prompt = Bytes(try arguments.text("prompt_to_repeat").utf8).smallLetters
  }

  func fault(in text: InstructionText) -> String? {
    text.lower == prompt ? nil : "the text is not the prompt"
  }
}

/// The response is the prompt so many times, `******` between the copies.
struct CopiedPromptTimes: Instruction {
  static let ids = ["copy:copying_multiple"]
  private let prompt: Bytes
  private let bound: CountBound

  init(_ arguments: inout InstructionArguments) throws(InstructionProblem) {
    prompt = Bytes(try arguments.text("prompt_to_repeat").utf8).smallLetters
    bound = CountBound(.exactly, try arguments.count("N", from: 1))
  }

  func fault(in text: InstructionText) -> String? {
    let parts = text.lower.parts(between: "******").map { $0.trimmed() }
    if let fault = bound.fault(parts.count, "copies") { return fault }
    return parts.allSatisfy { $0 == prompt } ? nil : "a copy differs from the prompt"
  }
}

/// The response is the prompt's characters from `n_start` to `n_end`.
///
/// The published instruction says that `n_end` is included and the published check leaves it out, so both are
/// right here.
struct CopiedSpan: Instruction {
  static let ids = ["new:copy_span_idx"]
  private let spans: [Bytes]

  init(_ arguments: inout InstructionArguments) throws(InstructionProblem) {
    let prompt = Array(try arguments.text("prompt_to_repeat").unicodeScalars)
    let start = try arguments.count("n_start")
    let end = try arguments.count("n_end")
    guard start < end, end <= prompt.count else {
      throw arguments.mismatch("n_end", "\(end)", "more than `n_start` and at most \(prompt.count)")
    }
    spans = [end, min(end + 1, prompt.count)].map { end in
      var span = String.UnicodeScalarView()
      span.append(contentsOf: prompt[start..<end])
      return Bytes(String(span).utf8).smallLetters.trimmed()
    }
  }

  func fault(in text: InstructionText) -> String? {
    spans.contains(text.lower) ? nil : "the text is not that part of the prompt"
  }
}

/// A phrase occurs so many times, each time with just one of its inner words replaced.
struct RepeatedPhrase: Instruction {
  static let ids = ["copy:repeat_phrase"]
  private let words: [Bytes]
  private let bound: CountBound

  init(_ arguments: inout InstructionArguments) throws(InstructionProblem) {
    words = Bytes(try arguments.text("phrase").utf8).smallLetters.words
    guard words.count >= 3 else {
      throw arguments.mismatch("phrase", "\(words.count) words long", "at least 3 words")
    }
    bound = CountBound(.exactly, try arguments.count("small_n", from: 1))
  }

  func fault(in text: InstructionText) -> String? {
    let all = text.lower.words
    var count = 0
    var index = 0
    // Few phrases start like another place of the text; where many do, the fuel keeps the work linear.
    var fuel = 16 * all.count + 1024
    while index + words.count <= all.count, fuel > 0 {
      let differing = differences(from: all[index..<(index + words.count)], fuel: &fuel)
      if differing <= 1 { count += 1 }
      if differing == 0 { return "the phrase is repeated unchanged" }
      index += differing == 1 ? words.count : 1
    }
    return fuel > 0
      ? bound.fault(count, "changed repetitions") : "the text repeats the phrase's words too often"
  }

  /// How many words differ, counted up to 2; a difference in the first or the last word counts as 2.
  private func differences(from candidate: ArraySlice<Bytes>, fuel: inout Int) -> Int {
    fuel -= 1
    guard candidate.first == words.first, candidate.last == words.last else { return 2 }
    var count = 0
    for (word, other) in zip(words, candidate) where word != other {
      count += 1
      if count == 2 { break }
    }
    fuel -= words.count
    return count
  }
}
