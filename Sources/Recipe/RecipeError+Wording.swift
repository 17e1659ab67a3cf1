// Every sentence a recipe can be refused with: `PLACE: reason`, the line with a caret, and what to do next.

private import Rewards

extension RecipeError: CustomStringConvertible {
  public var description: String {
    let words = reason.description
    // A key that names its stage needs no second word of it.
    let message = stage.map { words.contains($0) ? words : "\(words) (in `\($0)`)" } ?? words
    switch place?.source {
    case .file(let path, let line, let text):
      let column = place?.column ?? 1
      return "\(path):\(line):\(column): \(message)" + excerpt(line: line, column: column, text: text)
    case .override(let text):
      return "--set \(text): \(message)" + adviceBelow
    case .preset(let name, _):
      return "\(recipe.map { "\($0): " } ?? "")preset \(name): \(message)" + adviceBelow
    case nil:
      return "\(recipe.map { "\($0): " } ?? "")\(message)" + adviceBelow
    }
  }

  private var adviceBelow: String {
    advice.map { "\n  \($0)" } ?? ""
  }

  /// The line, carets under what is meant, and the advice behind them.
  private func excerpt(line: Int, column: Int, text: String) -> String {
    let scalars = Array(text.unicodeScalars)
    guard column <= scalars.count, scalars.count <= 200 else { return adviceBelow }
    let number = "\(line)"
    let before = String(String.UnicodeScalarView(scalars[..<(column - 1)].map { $0 == "\t" ? "\t" : " " }))
    let word = scalars[(column - 1)...].prefix { !" \t:,]}#".unicodeScalars.contains($0) }
    let carets = String(repeating: "^", count: max(1, word.count))
    let margin = String(repeating: " ", count: number.count)
    return "\n  \(number) | \(text)\n  \(margin) | \(before)\(carets)\(advice.map { " \($0)" } ?? "")"
  }
}

extension RecipeError.Reason: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unreadable(let path, let why): "cannot read `\(path)`: \(why)"
    case .tooLarge:
      "more than a recipe may hold (\(YAMLReading.maximumBytes / 1024) KiB, aliases written out)"
    case .syntax(let problem): "not YAML: \(problem)"
    case .empty: "the recipe is empty"
    case .notAMapping(let found): "a recipe is a mapping of sections such as `rollout:`, but this is \(found)"
    case .duplicateKey(let key, let line?): "`\(key)` is given twice, first in line \(line)"
    case .duplicateKey(let key, nil): "`\(key)` is given twice"
    case .extendsCycle(let chain): "`extends` goes round in a circle: \(chain.joined(separator: " → "))"
    case .extendsTooDeep(let chain):
      "`extends` may be two deep, and this is \(chain.count - 1): \(chain.joined(separator: " → "))"
    case .malformedOverride(let problem):
      "`--set` takes KEY=VALUE, e.g. `--set rollout.num_prompts=8`: \(problem)"
    case .noSuchItem(let list, let item, let available):
      "`\(list)` has no \(item); it has \(available.isEmpty ? "nothing" : available.inWords)"
    case .unknownKey(let key, ""): "unknown key `\(key)` at the top level"
    case .unknownKey(let key, let section): "unknown key `\(key)` in `\(section)`"
    case .sameSetting(let foreign, let key): "`\(foreign)` is another name of `\(key)`, and both are given"
    case .wrongType(let key, let expected, let found): "`\(key)` takes \(expected), not \(found)"
    case .notAllowed(let key, let value, let allowed): "`\(key)` is \(value), allowed: \(allowed)"
    case .missing(let key, "", let example): "`\(key)` is missing, e.g. `\(example)`"
    case .missing(let key, let section, let example): "`\(section)` has no `\(key)`, e.g. `\(example)`"
    case .parameter(let key, let problem): "`\(key)` \(problem)"
    case .needs(let keys):
      "this recipe leaves \(keys.map { "`\($0)`" }.inWords) to you: "
        + keys.map { "--set \($0)=…" }.joined(separator: " ")
    case .incompatible(_, let text): text
    case .conflict(let conflict): conflict.description
    }
  }
}

extension Conflict: CustomStringConvertible {
  public var description: String {
    switch self {
    case .groupTooSmall(let size, let because):
      "`rollout.num_generations` is \(size), but \(because) needs groups of at least 2"
    case .unevenMinibatches(let prompts, let generations, let minibatches):
      "`rollout.num_prompts` × `rollout.num_generations` = \(prompts) × \(generations) = "
        + "\(prompts * generations) responses cannot be cut into "
        + "`algorithm.num_minibatches` = \(minibatches) equal parts"
    case .boundsCross(let low, let lowValue, let high, let highValue):
      "`\(low)` (\(lowValue)) and `\(high)` (\(highValue)) leave nothing between them"
    case .cacheTooLarge(let cache, let limit):
      "`cache` of `soft_overlong` is \(cache), but must be below `rollout.max_completion_length` (\(limit)): "
        + "the penalty starts that many tokens before the limit"
    case .thinkingNeverEnds(let tokens, let limit):
      "`rollout.think_tokens` is \(tokens), but must be below `rollout.max_completion_length` (\(limit)): "
        + "otherwise it never ends anybody's thinking"
    case .activationsWithoutWeights(let weights):
      "`rollout.activation_dtype: bf16` goes with `rollout.weight_dtype: bf16`, which is \(weights)"
    case .filteredLogprobs(let topK, let topP):
      "`rollout.logprobs: rollout` divides by logprobs under the distribution that `rollout.top_k` (\(topK)) and "
        + "`rollout.top_p` (\(topP)) leave, and the trainer's are under the full one; train with `top_k: 0` and "
        + "`top_p: 1`, or take `logprobs: recompute`"
    case .emptyStop:
      "`rollout.stop` has an empty text, and an empty text is everywhere — leave it out"
    case .noEndOfThinking:
      "`rollout.think_end` is empty, but `rollout.think_tokens` needs the text that ends thinking (`</think>` for most models)"
    case .noRoomForPrompt(nil, let completion, let positions):
      "`rollout.max_completion_length` (\(completion)) leaves no room for a prompt in "
        + "`model.init.max_position_embeddings` (\(positions))"
    case .noRoomForPrompt(let prompt?, let completion, let positions):
      "`rollout.max_prompt_length` + `rollout.max_completion_length` = \(prompt) + \(completion) is more than "
        + "`model.init.max_position_embeddings` (\(positions))"
    case .headDimension(let hidden, let heads):
      "`model.init.hidden_size` (\(hidden)) cannot be cut into `num_attention_heads` (\(heads)) equal heads; "
        + "change one of them or set `head_dim`"
    case .oddHeadDimension(let size):
      "`model.init.head_dim` is \(size), but rotary embedding turns pairs of channels: it must be even"
    case .biasWithoutPlace(let architecture):
      "`mlp_bias` is Llama's; a model of architecture `\(architecture)` has no such bias"
    case .keyValueHeads(let heads, let keyValueHeads):
      "`model.init.num_attention_heads` (\(heads)) must be a multiple of `num_key_value_heads` (\(keyValueHeads))"
    case .twoSources(let section, let one, let other):
      "`\(section)` names both `\(one)` and `\(other)`: keep one"
    case .templateWithoutPrompt: "`data.prompt_template` has no `{prompt}`, so every task would look the same"
    case .noTrainingData:
      "`data.train` is missing, e.g. `train: {task: arithmetic_chain}` or `train: {path: FILE.jsonl}`"
    case .noSource(let section):
      "`\(section)` names no source, e.g. `{task: arithmetic_chain}` or `{path: FILE.jsonl}`"
    case .heldOutWithoutSource(let key):
      "`\(key)` says something about a source and names none: `data.train` is a list, so `data.held_out` needs a `task` or "
        + "`path` of its own, or neither"
    case .tasksWithoutComposer(let section):
      "`\(section).tasks` are what chains are made of, and `composer: executed` with a `horizon` makes them; for one "
        + "family by itself write `task`, for several a list of sources"
    case .wrongForComposer(let key, let composer, let wanted):
      "`\(key)` does not go with `composer: \(composer)`, which makes chains of `\(wanted)`"
    case .noCorrectness:
      "`reward.terms` has no `correctness` and no other term that tells right from wrong: nothing would judge the answers"
    case .twoTerms(let name):
      "`reward.terms` has two terms `\(name)` at one level: give one, with the weight of both, or give one a `label`"
    case .reward(let reason): RewardError(reason).description
    case .twoVerifiers(let name, let verifier):
      "a term `\(name)` is `correctness` with that verifier, but `verifier` says `\(verifier)`: keep one"
    case .noStages: "`stages` is empty: a run needs at least one, e.g. `- {kind: rl, steps: 100}`"
    case .onlyControls: "every stage is a control: the run would have no result"
    case .stageNameTaken(let name): "two stages are called `\(name)`"
    case .unknownOrigin(let stage, let from, let earlier):
      "stage `\(stage)` begins from `\(from)`, which is no earlier stage; earlier: "
        + (earlier.isEmpty ? "none" : earlier.map { "`\($0)`" }.inWords)
    case .keyOfOtherStage(let key, let kind): "`\(key)` is for `\(kind)` stages only"
    case .neverEvaluated(let key):
      "`\(key)` is looked at when the model is evaluated, and `evaluation.every` is 0"
    case .nothingToHandOver(let stage):
      "stage `\(stage)` is to hand over its best weights, and `evaluation.every` is 0, so that none but its last are measured"
    }
  }
}

extension [String] {
  /// `a`, `a or b`… as an enumeration: `a, b, c`.
  var inWords: String { joined(separator: ", ") }
}
