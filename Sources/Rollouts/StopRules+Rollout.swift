public import Generation
public import Tokenizers

extension StopRules {
  /// What ends an answer: end tokens, the texts of `stop` (a text that is one token becomes an end token), repetition, and the
  /// thinking budget.
  ///
  /// - Parameters:
  ///   - rollout: What the recipe asks for.
  ///   - tokenizer: The model's; its end tokens count too.
  ///   - eosTokenIDs: End tokens of config.json and generation_config.json.
  /// - Throws: Where there is no end token at all, or a rule cannot be as asked.
  public init(
    rollout: RolloutConfiguration, tokenizer: any Tokenizer, eosTokenIDs: some Sequence<Int32>
  ) throws(RolloutError) {
    self.init(tokens: Set(eosTokenIDs).union(tokenizer.eosTokenIDs))
    var texts: [String] = []
    for text in rollout.stop {
      // A text that is one token, special ones above all, ends an answer as an end token does. Other tokens may contain
      // it too, so it counts as text as well, unless it has none.
      let tokens = (try? tokenizer.encode(text)) ?? []
      let token = tokens.count == 1 && tokenizer.isExact(tokens, text) ? tokens[0] : nil
      if let token { self.tokens.insert(token) }
      if token.map({ !tokenizer.bytes(of: $0).isEmpty }) ?? true { texts.append(text) }
    }
    guard !self.tokens.isEmpty || !texts.isEmpty else { throw RolloutError(.noEndToken) }
    var end: [Int32] = []
    if rollout.thinkTokens != nil {
      end = (try? tokenizer.encode(rollout.thinkEnd)) ?? []
      guard tokenizer.isExact(end, rollout.thinkEnd) else {
        throw RolloutError(.unwritableThinkEnd(rollout.thinkEnd))
      }
    }
    do throws(GenerationError) {
      if !texts.isEmpty { strings = try StopStrings(texts) { tokenizer.bytes(of: $0) } }
      if let maxRepeat = rollout.maxRepeat { repetition = try RepetitionRule(maxRepeat: maxRepeat) }
      if let tokens = rollout.thinkTokens {
        thinking = try ThinkingBudget(tokens: tokens, endOfThinking: end)
      }
    } catch {
      throw RolloutError(.rule(error))
    }
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
