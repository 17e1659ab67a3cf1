internal import Experience
private import Randomness

/// Draws tasks of one family within a range of difficulties.
struct ProceduralSampler: Sendable {
  /// Draws after which a place in the stream is given up: 7 of 8 prompts are for training, so only a family
  /// that has hardly any prompts ever gets there.
  private static let attempts: UInt64 = 1000
  /// What its tasks are counted by.
  static let level = "difficulty"

  let name: String
  private let family: any ProceduralTask
  let difficulties: ClosedRange<Int>

  /// - Parameters:
  ///   - source: The family and its difficulties.
  ///   - name: What its tasks' ids begin with; nil = the family's name.
  /// - Throws: Where there is no such family or difficulty.
  init(_ source: ProceduralSource, name: String? = nil) throws(DataError) {
    guard let family = ProceduralTasks.named(source.task) else {
      throw DataError(.unknownTask(name: source.task))
    }
    let allowed = type(of: family).difficulties
    let difficulties = source.difficulty ?? type(of: family).defaultDifficulties
    guard allowed.contains(difficulties.lowerBound), allowed.contains(difficulties.upperBound) else {
      throw DataError(.difficultyOutOfRange(task: source.task, given: difficulties, allowed: allowed))
    }
    self.family = family
    self.difficulties = difficulties
    self.name = name ?? source.task
  }

  /// The verifier that judges its tasks.
  var verifier: String { type(of: family).verifier }

  var description: String {
    let family = type(of: family)
    let what = name == family.name ? "" : "`\(family.name)` "
    return
      "\(name): \(what)made on the fly, difficulty \(difficulties.lowerBound) to \(difficulties.upperBound) "
      + "(\(family.difficultyUnit)), verifier `\(family.verifier)`"
  }

  /// The training task at a place: the first of its draws whose prompt is not held out.
  ///
  /// - Parameters:
  ///   - index: The place.
  ///   - seed: Of the row.
  ///   - teacher: Who writes the worked solution.
  ///   - heldOut: What must not be trained on.
  ///   - difficulty: nil = drawn evenly.
  /// - Returns: The task.
  /// - Throws: Where none of 1,000 draws is for training.
  func trainingTask(
    at index: UInt64, seed: UInt64, teacher: Teacher, heldOut: HeldOutSplit, difficulty: Int? = nil
  ) throws(DataError) -> ReasoningTask {
    for attempt in 0..<Self.attempts {
      var rng = CounterRNG(seed: seed, stream: Stream("task", index, attempt))
      var teacherRNG = CounterRNG(seed: seed, stream: Stream("teacher", index))
      let instance = draw(&rng, teacher, &teacherRNG, difficulty)
      if !heldOut.contains(instance.prompt) {
        // Another difficulty makes another task of the same place.
        return task(instance, id: name + (difficulty.map { "/d\($0)" } ?? "") + "/\(index)")
      }
    }
    throw DataError(.nothingToTrainOn(source: name, heldOut: 0))
  }

  /// Held-out tasks with different prompts, the same ones in every run, with flawless worked solutions; fewer than
  /// `count` where a bounded search finds no more.
  ///
  /// - Parameters:
  ///   - count: How many.
  ///   - share: Of all prompts, held out.
  /// - Returns: The tasks.
  func heldOutTasks(upTo count: Int, share: Double) -> [ReasoningTask] {
    var tasks: [ReasoningTask] = []
    var seen: Set<String> = []
    let split = HeldOutSplit(share: share)
    // Seconds at most; the smaller the share, the more draws for one.
    let perTask = 200 * max(1, HeldOutSplit.defaultShare / share)
    let draws = min(10_000_000, UInt64(Double(min(max(count, 100), 50_000)) * perTask))
    for index in 0..<draws where tasks.count < count {
      var rng = CounterRNG(seed: 0, stream: Stream("held-out", index))
      var teacherRNG = rng
      let instance = draw(&rng, Teacher(slipRate: 0), &teacherRNG)
      guard split.contains(instance.prompt), seen.insert(instance.prompt).inserted else { continue }
      tasks.append(task(instance, id: "\(name)/held-out/\(index)"))
    }
    return tasks
  }

  private func draw(
    _ rng: inout CounterRNG, _ teacher: Teacher, _ teacherRNG: inout CounterRNG, _ difficulty: Int? = nil
  ) -> ProceduralInstance {
    let difficulty = difficulty ?? rng.draw(difficulties)
    return family.instance(difficulty: difficulty, rng: &rng, teacher: teacher, teacherRNG: &teacherRNG)
  }

  private func task(_ instance: ProceduralInstance, id: String) -> ReasoningTask {
    ReasoningTask(
      id: id, source: name, prompt: instance.prompt, groundTruth: instance.groundTruth,
      verifier: type(of: family).verifier, difficulty: instance.difficulty, solution: instance.solution,
      bucket: "\(name)/\(Self.level)-\(instance.difficulty)")
  }
}
