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

  /// What ends an answer: the end tokens of config.json, generation_config.json and the tokenizer, the texts of `stop`
  /// (a text that is one token becomes an end token), repetition, and the thinking budget.
  ///
  /// - Throws: Where there is no end token at all, or a rule cannot be as asked.
  public func stopRules(_ rollout: RolloutConfiguration) throws -> StopRules {
    var rules = StopRules(tokens: Set(configuration.eosTokenIDs.map { Int32($0) } + tokenizer.eosTokenIDs))
    var texts: [String] = []
    for text in rollout.stop {
      // A text that is one token, special ones above all, ends an answer as an end token does. Other tokens may contain
      // it too, so it counts as text as well, unless it has none.
      let tokens = (try? tokenizer.encode(text)) ?? []
      let token = tokens.count == 1 && tokenizer.isExact(tokens, text) ? tokens[0] : nil
      if let token { rules.tokens.insert(token) }
      if token.map({ !tokenizer.bytes(of: $0).isEmpty }) ?? true { texts.append(text) }
    }
    guard !rules.tokens.isEmpty || !texts.isEmpty else {
      throw TrainingError(
        .configuration(
          "neither config.json nor the tokenizer names an end token — answers would never end; set `rollout.stop`"
        ))
    }
    do {
      if !texts.isEmpty {
        rules.strings = try StopStrings(texts) { [tokenizer] in tokenizer.bytes(of: $0) }
      }
      if let maxRepeat = rollout.maxRepeat { rules.repetition = try RepetitionRule(maxRepeat: maxRepeat) }
      if let tokens = rollout.thinkTokens {
        let end = (try? tokenizer.encode(rollout.thinkEnd)) ?? []
        guard tokenizer.isExact(end, rollout.thinkEnd) else {
          throw TrainingError(
            .configuration(
              "`think_end` is \"\(rollout.thinkEnd)\", which the tokenizer cannot write — name a text that it can"
            ))
        }
        rules.thinking = try ThinkingBudget(tokens: tokens, endOfThinking: end)
      }
    } catch let error as GenerationError {
      throw TrainingError(.configuration("`rollout`: \(error)"))
    }
    return rules
  }
}

extension Tokenizer {
  /// Whether these tokens are this text, no more and no less; special tokens by their names.
  fileprivate func isExact(_ tokens: [Int32], _ text: String) -> Bool {
    !tokens.isEmpty
      && tokens.map { bytes(of: $0).isEmpty ? Array(token($0).utf8) : bytes(of: $0) }.joined().elementsEqual(
        text.utf8)
  }
}
