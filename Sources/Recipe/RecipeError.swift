public import Rewards

/// What is wrong with a recipe, and where. `description` is what the user reads.
public struct RecipeError: Error, Sendable, Hashable {
  public enum Reason: Sendable, Hashable {
    // The file
    case unreadable(path: String, why: String)
    case tooLarge
    case syntax(String)
    case empty
    case notAMapping(found: String)
    case duplicateKey(String, firstLine: Int?)
    // `extends`
    case extendsCycle([String])
    case extendsTooDeep([String])
    // `--set`
    case malformedOverride(String)
    case noSuchItem(list: String, item: String, available: [String])
    // Keys and values
    case unknownKey(String, section: String)
    case sameSetting(foreign: String, as: String)
    case wrongType(key: String, expected: String, found: String)
    case notAllowed(key: String, value: String, allowed: String)
    case missing(key: String, section: String, example: String)
    /// A verifier's parameter; `problem` ends the sentence that begins with the key.
    case parameter(key: String, problem: String)
    /// Keys that the recipe leaves to whoever runs it, all of them.
    case needs([String])
    /// Each value is fine by itself, together they are not: a row of the compatibility table, with the sentence.
    case incompatible(rule: String, String)
    /// The same, outside the table.
    case conflict(Conflict)
  }

  public var reason: Reason
  public var place: Place?
  /// What to do next, where that is more than the reason says: `did you mean …?`.
  public var advice: String?
  /// The recipe's path, for errors that have no line of their own.
  public var recipe: String?
  /// The stage in whose sections it is wrong, `stages[1]`; nil = in the recipe's own.
  public var stage: String?

  public init(
    _ reason: Reason, at place: Place? = nil, advice: String? = nil, recipe: String? = nil,
    stage: String? = nil
  ) {
    self.reason = reason
    self.place = place
    self.advice = advice
    self.recipe = recipe
    self.stage = stage
  }

  /// This error, said to be about the recipe at `path` if it names no place of its own.
  func about(_ path: String) -> RecipeError {
    var error = self
    error.recipe = recipe ?? path
    return error
  }
}

/// Values that contradict each other.
public enum Conflict: Sendable, Hashable {
  case groupTooSmall(numGenerations: Int, because: String)
  case unevenMinibatches(numPrompts: Int, numGenerations: Int, numMinibatches: Int)
  /// A lower bound above its upper one.
  case boundsCross(low: String, String, high: String, String)
  case cacheTooLarge(cache: Int, maxCompletionLength: Int)
  case thinkingNeverEnds(tokens: Int, maxCompletionLength: Int)
  case noEndOfThinking
  case emptyStop
  case activationsWithoutWeights(weights: String)
  case filteredLogprobs(topK: Int, topP: String)
  case noRoomForPrompt(prompt: Int?, completion: Int, positions: Int)
  case headDimension(hiddenSize: Int, heads: Int)
  case oddHeadDimension(Int)
  case biasWithoutPlace(architecture: String)
  case keyValueHeads(heads: Int, keyValueHeads: Int)
  case twoSources(section: String, String, String)
  case templateWithoutPrompt
  case noTrainingData
  case noSource(section: String)
  case heldOutWithoutSource(key: String)
  case tasksWithoutComposer(section: String)
  case wrongForComposer(key: String, composer: String, wanted: String)
  case noCorrectness
  /// What the reward itself refuses.
  case reward(RewardError.Reason)
  case twoTerms(String)
  case twoVerifiers(String, String)
  case noStages
  case onlyControls
  case stageNameTaken(String)
  case unknownOrigin(stage: String, from: String, earlier: [String])
  case keyOfOtherStage(key: String, kind: String)
  case neverEvaluated(key: String)
  case nothingToHandOver(stage: String)
}
