internal import Foundation
internal import Replay

/// Which checkpoints of a run there are, which one it goes on from, and which are forgotten.
///
/// A checkpoint counts once the store has its record, which is written after the folder has its name, in one transaction with what was
/// consumed for it. A folder without that record is what a crash in between left: it is ignored.
struct CheckpointKeeper {
  let directory: RunDirectory
  let stages: [StageConfiguration]
  let keepLast: Int

  /// The last stage whose outcome is the run's result.
  var resultStage: Int { stages.lastIndex { !$0.isControl } ?? 0 }

  /// What a run can go on from, and what was passed over on the way to it.
  struct Choice {
    var step: Int?
    var notes: [String] = []
  }

  /// The newest checkpoint that has its record and can be read; where the last stage that counts is over and is to be longer, the one
  /// at its end.
  ///
  /// - Parameters:
  ///   - records: The store's.
  ///   - lastStep: The last step that the store has metrics of; 0 = none.
  /// - Returns: The step to go on from, and what is to be said about others.
  /// - Throws: Where there are checkpoints and the store knows of none: it is not the store that they belong to, and to begin anew would
  ///   undo them. Only the very first one can be without its record because the run was stopped in between.
  func choose(among records: [CheckpointRecord], lastStep: Int) throws -> Choice {
    var choice = Choice()
    var whole: [(step: Int, state: TrainerState)] = []
    let there = directory.checkpointSteps
    if records.isEmpty, !there.isEmpty, there != [lastStep] {
      throw TrainingError(
        .directory(
          "\(directory.replay): has no record of any of the \(there.count) checkpoints in \(directory.checkpoints) — it was deleted, "
            + "replaced, or written by an apus that kept none; put the run's own store back, begin anew in another `output.dir`, or move "
            + "the checkpoints away to train from the start here"))
    }
    for step in directory.checkpointSteps {
      let path = directory.checkpoint(step: step)
      do {
        guard let record = records.first(where: { $0.step == step }) else {
          throw TrainingError(
            .directory(
              "\(path): replay.sqlite has no record of this checkpoint, so it is ignored: the run was stopped before it counted, or "
                + "the store was replaced"))
        }
        let state = try Checkpoint.readState(path)
        guard state.isPlausible(stages: stages.count) else {
          throw TrainingError(
            .directory("\(path)/trainer_state.json: its counters cannot be those of this run"))
        }
        guard try Checkpoint.digest(path) == record.stateDigest else {
          throw TrainingError(
            .directory("\(path): not the files that were recorded for it (damaged, or edited)"))
        }
        whole.append((step, state))
      } catch {
        choice.notes.append("\(error) — passed over")
      }
    }
    choice.step = whole.first?.step
    guard let newest = whole.first, newest.state.stage > resultStage else { return choice }
    if let extended = whole.first(where: { isExtension($0.state) }) { choice.step = extended.step }
    return choice
  }

  /// The checkpoint ends the last stage that counts, and the recipe now gives that stage more steps.
  func isExtension(_ state: TrainerState) -> Bool {
    state.endedStage == resultStage && state.endedStageLimit < stages[resultStage].steps
  }

  /// Keeps the newest ones, and the one a longer last stage could go on from.
  func forgetOld(currentStage: Int) throws {
    try directory.removeHalfDeletedCheckpoints()
    for step in directory.checkpointSteps.dropFirst(max(1, keepLast)) {
      let path = directory.checkpoint(step: step)
      if (try? Checkpoint.readState(path))?.endedStage == resultStage, currentStage > resultStage {
        continue
      }
      try forget(path)
    }
    // Whoever goes on from one of those that are left finds the weights that were its stage's best.
    let steps = directory.checkpointSteps
    let kept = steps.compactMap { (try? Checkpoint.readState(directory.checkpoint(step: $0)))?.stageBestStep }
    try directory.removeStageBests(upTo: steps.first ?? 0, except: Set(kept))
  }

  /// Checkpoints of a future that will not be.
  func forget(after step: Int) throws {
    for later in directory.checkpointSteps where later > step {
      try forget(directory.checkpoint(step: later))
    }
  }

  private func forget(_ path: String) throws {
    // The state goes first: a folder without it is no checkpoint, should the rest not be deleted in time.
    try FileManager.default.removeItem(atPath: path + "/trainer_state.json")
    try FileManager.default.removeItem(atPath: path)
  }
}
