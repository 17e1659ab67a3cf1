internal import Experience
internal import Foundation
internal import Generation
internal import Tensors
internal import Tokenizers
internal import Transformer
internal import Transport

/// A worker's model: made from the files that the trainer sent, as the run's recipe has it, with weights that come later.
final class WorkerEngine {
  let generator: Generator
  let sampling: SamplingParameters
  let seed: UInt64
  /// What the weights must be.
  let layout: WeightsLayout
  /// In memory; nil until the first weights came.
  private(set) var version: PolicyVersion?
  private let configuration: ModelConfiguration
  private let parameters: Parameters
  private let assignment: WorkerAssignment
  private let threads: Int
  private let kit: (digest: String, assignment: String)

  /// - Parameters:
  ///   - files: Of the model, without its weights.
  ///   - welcome: How to generate.
  ///   - threads: nil = one per core.
  /// - Throws: ``WorkerError`` where the files are not those of a model, or do not fit the assignment.
  init(_ files: ModelKit, _ welcome: Welcome, threads: Int?) throws {
    do {
      let folder = try PrivateFolder()
      for file in files.files { try folder.write(file.bytes, to: file.name) }
      configuration = try ModelConfiguration(directory: folder.path)
      let tokenizer = try loadTokenizer(directory: folder.path, vocabSize: configuration.vocabSize).tokenizer
      assignment = try WorkerAssignment(json: welcome.assignment)
      let stop = try StopRules(
        rollout: assignment.rollout, tokenizer: tokenizer,
        eosTokenIDs: configuration.eosTokenIDs.map { Int32($0) })
      sampling = SamplingParameters(assignment.rollout.sampling, stop: stop)
      parameters = Parameters(configuration)
      layout = try parameters.weightsLayout
    } catch {
      throw WorkerError(.badModel("\(error)"))
    }
    seed = assignment.seed
    kit = (files.digest, welcome.assignment)
    let compute = try Compute(threads: threads)
    self.threads = compute.threads
    let model = InferenceModel(
      configuration, parameters: parameters, weightFormat: assignment.rollout.weightFormat,
      activationFormat: assignment.rollout.activationFormat, compute: compute)
    generator = Generator(model: model, configuration: assignment.rollout.generator)
  }

  /// Whether it is what this trainer's workers are to be.
  func isFor(_ welcome: Welcome) -> Bool {
    kit.digest == welcome.kitDigest && kit.assignment == welcome.assignment
  }

  var vocabSize: Int { configuration.vocabSize }
  var maxCompletionLength: Int { assignment.rollout.maxCompletionLength }
  var maxConcurrent: Int { assignment.rollout.maxConcurrent }
  var positions: Int { configuration.maxPositionEmbeddings }
  var switchesAtItem: Bool { assignment.rollout.weightsSwitch == .atItem }

  /// Takes weights into use. Their version is read from the memory that generates from now on, whatever was announced.
  func load(_ weights: WeightsSnapshot) throws {
    let loaded = try parameters.load(from: weights)
    if version?.digest == loaded.digest {
      generator.model.version = loaded
    } else {
      generator.model.reload(version: loaded)
    }
    version = loaded
  }

  /// For the log.
  var words: String {
    "\(Parameters.count(configuration)) parameters, \(threads) threads, \(Self.kernels)"
  }

  static var kernels: String { "\(Kernels().level)" }
  static var defaultThreads: Int { Compute.availableCores }
}
