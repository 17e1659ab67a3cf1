import ArgumentParser
import Experience
import Foundation
import Generation
import Randomness
import Rollouts
import Tokenizers

/// `apus generate` with prompts: one streams, several are printed in order as they get done.
final class Continuations {
  private let session: GenerateSession
  private let output: GenerateOutput
  private let showsStatistics: Bool
  private let prompts: [(text: String, tokens: [Int32])]
  private let samples: Int
  private var tokens = 0
  private var finished: [GeneratedSequence.Finish] = []
  private let start = ContinuousClock.now
  private var firstToken: Duration?

  init(
    _ session: GenerateSession, _ prompts: [Prompt], _ output: GenerateOutput, showsStatistics: Bool
  ) throws {
    self.session = session
    self.output = output
    self.showsStatistics = showsStatistics
    self.prompts = try prompts.map { (text: $0.text, tokens: try session.encode($0)) }
    samples = session.sampling.samples
  }

  func run() throws {
    let longest = prompts.map { $0.tokens.count + session.cap(after: $0.tokens.count) }.max() ?? 0
    let total = prompts.count * samples
    session.prepare(longest: longest, sequences: total)
    // So that results of long lists come out, and stay out when the rest is interrupted.
    let window = 4 * session.maxConcurrent
    for first in stride(from: 0, to: total, by: window) {
      try run(Array(first..<min(first + window, total)))
    }
    if showsStatistics { reportStatistics() }
  }

  /// Continues these: number i is sample i mod `samples` of prompt i / `samples`.
  private func run(_ numbers: [Int]) throws {
    let requests = numbers.map { number in
      let prompt = prompts[number / samples].tokens
      return GenerationRequest(
        prompt: prompt, maxNewTokens: session.cap(after: prompt.count),
        stream: Stream("generate", UInt64(number / samples), UInt64(number % samples)))
    }
    var stream = TextStream(session.tokenizer, session.parameters.stop)
    var queue = FinishedQueue(requests, session.parameters.stop)
    let found = try session.generate(requests) { [self] request, token in
      if firstToken == nil { firstToken = start.duration(to: .now) }
      tokens += 1
      switch output {
      case .stream: show(stream.take(token))
      case .texts:
        for (index, sequence) in queue.take(token, of: request) { showText(sequence, numbers[index]) }
      case .json: break
      }
    }
    guard let found else {
      if output == .stream { show("\n") }
      throw ExitCode(130)
    }
    finished += found.map(\.finish)
    switch output {
    case .stream: show(stream.rest() + "\n")
    case .texts: break
    case .json: for (number, sequence) in zip(numbers, found) { print(object(sequence, number)) }
    }
    try StandardOutput.flush()
  }

  private func showText(_ sequence: GeneratedSequence, _ number: Int) {
    var name: [String] = []
    if prompts.count > 1 { name.append("prompt \(number / samples + 1)") }
    if samples > 1 { name.append("sample \(number % samples + 1)") }
    show("--- \(name.joined(separator: ", ")) (\(words(sequence, number)))\n")
    show(sequence.text(session.tokenizer) + "\n")
  }

  private func words(_ sequence: GeneratedSequence, _ number: Int) -> String {
    let prompt = prompts[number / samples].tokens.count
    return "\(counted(sequence.tokens.count, "token")), "
      + sequence.finish.words(sequence, cap: session.cap(after: prompt), session)
  }

  private func object(_ sequence: GeneratedSequence, _ number: Int) -> JSONText {
    var members: [(name: String, value: JSONText)] = [
      ("prompt", .text(prompts[number / samples].text)), ("sample", .integer(number % samples)),
      ("text", .text(sequence.text(session.tokenizer))), ("tokens", .integers(sequence.tokens)),
    ]
    let reason: FinishReason
    switch sequence.finish {
    case .stop: reason = .stop
    case .stopString(let text, _):
      reason = .stop
      members.append(("stop", .text(text)))
    case .repetition(let period, let count):
      reason = .repetition
      members.append(("repeated", ["tokens": .integer(period), "times": .integer(count)]))
    case .length, .paused: reason = .length
    }
    members.append(("finish_reason", .text(reason.rawValue)))
    members.append(("logprob", .number(sequence.logprobs.reduce(0) { $0 + Double($1) })))
    return .object(members)
  }

  private func reportStatistics() {
    let seconds = start.duration(to: .now) / .seconds(1)
    var words = "\(counted(tokens, "token")), \(String(format: "%.0f", Double(tokens) / seconds)) tokens/s"
    if let firstToken { words += String(format: ", the first after %.0f ms", firstToken / .milliseconds(1)) }
    if let only = finished.first, finished.count == 1 {
      words +=
        "; ended: "
        + only.words(nil, cap: session.cap(after: prompts[0].tokens.count), session)
    } else {
      let counts = Dictionary(finished.map { ($0.name, 1) }, uniquingKeysWith: +).sorted { $0.key < $1.key }
      words += "; ended: " + counts.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
    }
    say(words + session.generator.statistics.remarks)
  }
}

/// Continuations in the order of their requests, each once it and all before it are over.
///
/// Watches the stop rules, which are functions of a sequence's tokens, beside the generator: that tells of its results
/// only when all are there.
private struct FinishedQueue {
  private var states: [StopState]
  private let caps: [Int]
  private var sequences: [GeneratedSequence]
  private var isOver: [Bool]
  private var next = 0

  init(_ requests: [GenerationRequest], _ rules: StopRules) {
    states = requests.map { _ in rules.start() }
    caps = requests.map(\.maxNewTokens)
    sequences = requests.map { _ in GeneratedSequence() }
    isOver = requests.map { _ in false }
  }

  mutating func take(_ token: Int32, of request: Int) -> [(index: Int, sequence: GeneratedSequence)] {
    sequences[request].tokens.append(token)
    switch states[request].advance(token) {
    case .stop: finish(request, .stop)
    case .stopString(let text, let bytesToCut): finish(request, .stopString(text, bytesToCut: bytesToCut))
    case .repetition(let period, let count): finish(request, .repetition(period: period, count: count))
    case nil: if sequences[request].tokens.count == caps[request] { finish(request, .length) }
    }
    var done: [(index: Int, sequence: GeneratedSequence)] = []
    while next < isOver.count, isOver[next] {
      done.append((next, sequences[next]))
      next += 1
    }
    return done
  }

  private mutating func finish(_ request: Int, _ finish: GeneratedSequence.Finish) {
    sequences[request].finish = finish
    isOver[request] = true
  }
}
