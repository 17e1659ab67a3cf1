internal import Experience
internal import Foundation
public import Generation
public import Rollouts
internal import Tensors
public import Tokenizers
public import Transformer

/// The model in training with its tokenizer, and the generator that samples from it.
public struct LoadedModel {
  public let configuration: ModelConfiguration
  public let parameters: Parameters
  public let tokenizer: any Tokenizer
  /// How the tokenizer was chosen.
  public let note: String

  /// Reads a Hugging Face directory.
  public init(directory: String, tokenizer choice: TokenizerChoice = .automatic) throws {
    let (configuration, parameters) = try ModelDirectory.load(directory)
    let loaded = try loadTokenizer(directory: directory, vocabSize: configuration.vocabSize, choice: choice)
    var adapted = configuration
    let hasOwn = FileManager.default.fileExists(atPath: directory + "/tokenizer.json")
    if !hasOwn || choice != .automatic {
      // The ids in config.json are those of the tokenizer that is not there.
      adapted.eosTokenIDs = loaded.tokenizer.eosTokenIDs.map { Int($0) }
      adapted.bosTokenID = nil
      adapted.padTokenID = loaded.tokenizer.padTokenID.map { Int($0) }
    }
    self.configuration = adapted
    self.parameters = parameters
    tokenizer = loaded.tokenizer
    note = loaded.note
  }

  /// Random weights of the given shape, over the characters of ASCII.
  init(initialize shape: ModelConfiguration, seed: UInt64) {
    var configuration = shape
    let characters = CharacterTokenizer.ascii
    configuration.vocabSize = characters.vocabSize
    configuration.eosTokenIDs = characters.eosTokenIDs.map { Int($0) }
    configuration.padTokenID = characters.padTokenID.map { Int($0) }
    self.configuration = configuration
    parameters = Parameters(configuration)
    parameters.initialize(configuration, seed: seed)
    tokenizer = characters
    note = "character tokenizer with \(characters.vocabSize) ids, for a model trained from scratch"
  }

  /// Loads or makes the model that a run starts from.
  init(_ configuration: TrainingConfiguration) throws {
    switch configuration.model {
    case .path(let directory): try self.init(directory: directory, tokenizer: configuration.tokenizer)
    case .initialize(let shape): self.init(initialize: shape, seed: configuration.seed)
    }
  }

  /// What ends an answer: the end tokens of config.json, generation_config.json and the tokenizer, and what the recipe adds.
  ///
  /// - Throws: Where there is no end token at all, or a rule cannot be as asked.
  public func stopRules(_ rollout: RolloutConfiguration) throws -> StopRules {
    do throws(RolloutError) {
      return try StopRules(
        rollout: rollout, tokenizer: tokenizer, eosTokenIDs: configuration.eosTokenIDs.map { Int32($0) })
    } catch {
      throw TrainingError(.configuration(error.description))
    }
  }
}
