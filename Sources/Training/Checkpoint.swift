internal import Foundation
internal import HFFiles
internal import Tensors
internal import Tokenizers
internal import Transformer

/// Writes and reads `checkpoints/step-N`: the model in Hugging Face layout, the optimizer's moments, a reference
/// policy where there is one, and the trainer's state.
///
/// A checkpoint is written beside its final name, synced and renamed, so one that has its name is whole.
enum Checkpoint {
  /// What a checkpoint holds besides the state.
  struct Contents {
    var configuration: ModelConfiguration
    var parameters: Parameters
    var optimizer: AdamW
    var reference: Parameters?
    var tokenizer: any Tokenizer
  }

  static func write(_ contents: Contents, _ state: TrainerState, to directory: String) throws {
    try makeParent(of: directory)
    try AtomicDirectory.write(to: URL(filePath: directory)) { aside in
      let path = aside.path
      try fillModel(contents.configuration, contents.parameters, contents.tokenizer, path)
      let moments = contents.optimizer
      try SafetensorsWriter.write(
        [
          .init(name: "first_moment", shape: [moments.firstMoment.count]),
          .init(name: "second_moment", shape: [moments.secondMoment.count]),
        ], as: .float32, to: path + "/optimizer.safetensors",
        floats: { ($0 == "first_moment" ? moments.firstMoment : moments.secondMoment).values })
      if let reference = contents.reference {
        try SafetensorsWriter.write(
          [.init(name: "reference", shape: [reference.count])], as: .float32,
          to: path + "/reference.safetensors", floats: { _ in reference.flat.values })
      }
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
      try AtomicFile.write(try encoder.encode(state), to: aside.appending(path: "trainer_state.json"))
    }
  }

  /// The model alone, as `model/` and `best/` hold it.
  static func writeModel(
    _ configuration: ModelConfiguration, _ parameters: Parameters, _ tokenizer: any Tokenizer,
    to directory: String
  ) throws {
    try makeParent(of: directory)
    try AtomicDirectory.write(to: URL(filePath: directory)) {
      try fillModel(configuration, parameters, tokenizer, $0.path)
    }
  }

  static func readState(_ directory: String) throws -> TrainerState {
    let path = directory + "/trainer_state.json"
    do {
      let state = try JSONDecoder().decode(TrainerState.self, from: Data(contentsOf: URL(filePath: path)))
      guard state.format == TrainerState().format else {
        throw TrainingError(
          .directory("\(path): written by another version of apus (format \(state.format))"))
      }
      return state
    } catch let error as DecodingError {
      throw TrainingError(.directory("\(path): not a trainer state of this version (\(error))"))
    }
  }

  /// Reads numbers into `contents`, whose shapes they must have.
  static func read(_ directory: String, into contents: inout Contents) throws {
    let weights = try ModelDirectory.loadWeights(directory, contents.configuration)
    contents.parameters.flat.copy(from: weights.flat)
    let moments = try SafetensorsFile(path: directory + "/optimizer.safetensors")
    for (name, tensor) in [
      ("first_moment", contents.optimizer.firstMoment), ("second_moment", contents.optimizer.secondMoment),
    ] {
      let values = try moments.floats(name)
      guard values.count == tensor.count else {
        throw TrainingError(
          .directory("\(moments.path): `\(name)` has \(values.count) numbers, not \(tensor.count)"))
      }
      tensor.assign(values)
    }
    let referencePath = directory + "/reference.safetensors"
    if FileManager.default.fileExists(atPath: referencePath) {
      let values = try SafetensorsFile(path: referencePath).floats("reference")
      let reference = Parameters(contents.configuration)
      guard values.count == reference.count else {
        throw TrainingError(.directory("\(referencePath): \(values.count) numbers, not \(reference.count)"))
      }
      reference.flat.assign(values)
      contents.reference = reference
    }
  }

  private static func fillModel(
    _ configuration: ModelConfiguration, _ parameters: Parameters, _ tokenizer: any Tokenizer, _ path: String
  ) throws {
    try ModelDirectory.save(configuration, parameters, to: path)
    try tokenizer.save(to: path)
  }

  private static func makeParent(of directory: String) throws {
    try FileManager.default.createDirectory(
      at: URL(filePath: directory).deletingLastPathComponent(), withIntermediateDirectories: true)
  }
}
