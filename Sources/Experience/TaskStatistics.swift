/// How a task has fared in training: what samplers go by, and what tells of prompts that never teach anything.
///
/// A task of a file is counted under its id. One that is made on the fly never comes again, so it is counted with its
/// like, under its ``ReasoningTask/bucket``. Only groups count that an update took or left out, in that order: the
/// numbers after a step are a function of the steps up to it, and a resumed run has them again.
public struct TaskStatistics: Sendable, Hashable {
  /// Groups of answers that came to an update.
  public var groups = 0
  /// Answers with a verdict.
  public var attempts = 0
  /// Sum of their accuracies, 0 to 1 each.
  public var correct = 0.0
  /// Sum of their lengths, tokens.
  public var tokens = 0
  /// Accuracy of the first group, then with each further one half of this and half of that group's: the policy changes, and what it
  /// could do long ago matters less. nil before the first verdict. (The factor is ours.)
  public var recentAccuracy: Double?
  /// Groups whose answers were all wrong, of two verdicts or more.
  public var wrongGroups = 0
  /// Groups whose answers were all right, likewise.
  public var rightGroups = 0
  /// Groups of which a rule left out every answer.
  public var filteredGroups = 0
  /// The newest groups that were all wrong, in a row.
  public var wrongInARow = 0
  /// Training step that counted the newest group; 0 = none.
  public var lastStep = 0

  public init() {}

  /// Share of the answers that were right; nil before the first verdict.
  public var accuracy: Double? { attempts == 0 ? nil : correct / Double(attempts) }

  /// Tokens per answer; nil before the first verdict.
  public var meanLength: Double? { attempts == 0 ? nil : Double(tokens) / Double(attempts) }

  /// Whether no group so far had anything to learn from: each was all wrong or all right, or left out whole.
  public var neverTaught: Bool { groups > 0 && max(filteredGroups, wrongGroups + rightGroups) >= groups }

  /// Adds what was counted apart from this, and later.
  public mutating func merge(_ later: TaskStatistics) {
    groups &+= later.groups
    attempts &+= later.attempts
    correct += later.correct
    tokens &+= later.tokens
    if let accuracy = later.recentAccuracy {
      recentAccuracy = accuracy
      wrongInARow = later.wrongInARow
    }
    wrongGroups &+= later.wrongGroups
    rightGroups &+= later.rightGroups
    filteredGroups &+= later.filteredGroups
    lastStep = max(lastStep, later.lastStep)
  }

  /// Counts one more group.
  ///
  /// - Parameters:
  ///   - group: What became of its answers.
  ///   - step: The training step that takes it or leaves it out.
  public mutating func add(_ group: GroupOutcome, step: Int) {
    groups += 1
    lastStep = step
    if group.isFiltered { filteredGroups += 1 }
    let judged = group.answers.filter { $0.accuracy != nil }
    guard !judged.isEmpty else { return }
    let sum = judged.reduce(0) { $0 + ($1.accuracy ?? 0) }
    attempts += judged.count
    correct += sum
    tokens += judged.reduce(0) { $0 + $1.length }
    let mean = sum / Double(judged.count)
    recentAccuracy = recentAccuracy.map { ($0 + mean) / 2 } ?? mean
    guard judged.count > 1 else { return }
    let isWrong = judged.allSatisfy { ($0.accuracy ?? 0) <= 0 }
    if isWrong { wrongGroups += 1 }
    if judged.allSatisfy({ ($0.accuracy ?? 0) >= 1 }) { rightGroups += 1 }
    wrongInARow = isWrong ? wrongInARow + 1 : 0
  }
}

/// What statistics of tasks have to know of a group.
public struct GroupOutcome: Sendable, Hashable {
  public struct Answer: Sendable, Hashable {
    /// What group filters look at, 0 to 1; nil = no verdict.
    public var accuracy: Double?
    /// Generated tokens, end token included.
    public var length: Int

    public init(accuracy: Double?, length: Int) {
      self.accuracy = accuracy
      self.length = length
    }
  }

  /// By sample.
  public var answers: [Answer]
  /// Whether a rule left out every one of them.
  public var isFiltered: Bool

  public init(answers: [Answer], isFiltered: Bool) {
    self.answers = answers
    self.isFiltered = isFiltered
  }

  /// The outcome of a group that came to an update.
  public init(_ group: [ScoredRollout]) {
    answers = group.map { Answer(accuracy: $0.reward.accuracy, length: $0.rollout.completionLength) }
    isFiltered = group.allSatisfy { if case .filtered = $0.fate { true } else { false } }
  }
}
