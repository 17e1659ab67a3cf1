internal import Curriculum

extension RecipeReader {
  /// `data`: where tasks come from, and how they are shown to the model.
  func readData(_ section: Section, into data: inout DataConfiguration) {
    defer { section.close() }
    let train = section.node("train")
    if train.map(\.isNull) ?? true {
      report(.noTrainingData, at: section.path + "train")
    }
    if let mixture = readMixture("train", of: section) {
      data.train = mixture
    } else {
      let train = section.section("train")
      data.train = readSource(train, inheriting: nil)
      train.close()
    }
    readHeldOut(section.section("held_out"), into: &data)
    section.read("deduplicate", into: &data.deduplicates)
    section.read("contamination", into: &data.contamination)
    section.read(
      "contamination_ngram", into: &data.contaminationNGram,
      in: .from(
        DataConfiguration.contaminationNGrams.lowerBound, to: DataConfiguration.contaminationNGrams.upperBound
      ))
    section.read("prompt_template", into: &data.promptTemplate)
    if !data.promptTemplate.contains("{prompt}") {
      report(.templateWithoutPrompt, at: section.path + "prompt_template")
    }
    readLengthBudgets(section, into: &data.budgets)
    readSampling(section, into: &data)
    let teacher = section.section("teacher")
    teacher.read("slip_rate", into: &data.teacher.slipRate, in: .share)
    teacher.read("style", into: &data.teacher.style)
    teacher.close()
  }

  /// Whatever `held_out` leaves open is as in `train`, so that `held_out: {count: 64}` says all.
  private func readHeldOut(_ section: Section, into data: inout DataConfiguration) {
    defer { section.close() }
    if let mixture = readMixture("sources", of: section) {
      for key in Self.choosingKeys where section.names(key) {
        report(.twoSources(section: "\(section.path)", "sources", key), at: section.path + key)
      }
      data.heldOut = mixture == data.train ? nil : mixture
    } else if case .mixture = data.train, !Self.choosingKeys.contains(where: section.names) {
      data.heldOut = nil
      for key in Self.sourceKeys where section.names(key) {
        report(.heldOutWithoutSource(key: "\(section.path + key)"), at: section.path + key)
      }
    } else {
      var inherited: TaskSource?
      if case .mixture = data.train {} else { inherited = data.train }
      let source = readSource(section, inheriting: inherited)
      data.heldOut = source == data.train ? nil : source
    }
    section.read("count", into: &data.heldOutCount)
    section.read("share", into: &data.heldOutShare, in: .from(DataConfiguration.heldOutShares))
  }

  /// Keys that choose a source.
  private static let choosingKeys = ["task", "path", "tasks"]
  /// Keys that mean something only beside one of them.
  private static let sourceKeys = [
    "difficulty", "format", "prompt_field", "answer_field", "solution_field", "verifier", "verifiers",
    "source_field", "filter", "slice", "on_bad_row", "composer", "horizon", "wording",
  ]
}

extension Section {
  /// Whether the key is there with a value other than null.
  func names(_ key: String) -> Bool {
    node(key).map { !$0.isNull } ?? false
  }
}
