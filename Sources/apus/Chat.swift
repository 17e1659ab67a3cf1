import ArgumentParser
import Curriculum
import Foundation
import Generation
import Randomness
import Rollouts
import Tokenizers
import Training

/// A conversation in the terminal: every line goes on from the tokens of all that was said before, whose keys and
/// values are kept. Marks and notes go to standard error, what the model says to standard output.
final class Chat {
  private let session: GenerateSession
  private var history: [Int32]
  private var turns: UInt64 = 0

  init(_ session: GenerateSession) {
    self.session = session
    history = session.tokenizer.prefixTokenIDs
  }

  func run() throws {
    session.prepare(longest: session.positions, sequences: 1)
    say("\(session.model.note); /help for help, an empty line or ctrl-D to end")
    var input = LineInput()
    while true {
      say("> ", end: "")
      guard let line = try input.next(), !line.isEmpty else { break }
      if line.hasPrefix("/") { command(line) } else { try answer(line) }
    }
    say("")
    if Interrupt.isAsked { throw ExitCode(130) }
  }

  private func command(_ line: String) {
    switch line {
    case "/reset":
      history = session.tokenizer.prefixTokenIDs
      say("forgot \(counted(Int(turns), "turn"))")
      turns = 0
    case "/help":
      say(
        """
        A line is your turn; the model goes on from it and from all before it (\(history.count) of \
        \(session.positions) tokens so far).
        \(session.template == nil
          ? "Turns stand on lines of their own; chat templates of models are not read yet."
          : "Every turn is put into the prompt template of the run, as a task would be; chat templates of models are not "
            + "read yet.")
        /reset   forgets the conversation
        /help    says this
        An empty line or ctrl-D ends it. A line that should begin with `/` gets a space before it.
        """)
    default:
      say("`\(line)` is no command; there are /reset and /help (a space before the `/` makes it a turn)")
    }
  }

  /// One turn: encodes the line, streams what the model says to it, and keeps both.
  private func answer(_ line: String) throws {
    let turn = try session.tokenizer.encode(rendered(line))
    let prompt = history + turn
    guard prompt.count < session.positions else {
      say(
        "the conversation would be \(prompt.count) tokens, but the model has \(session.positions) positions "
          + "— /reset begins another, or say it in fewer words")
      return
    }
    let cap = session.cap(after: prompt.count)
    var stream = TextStream(session.tokenizer, session.parameters.stop)
    let earlier = session.generator.statistics
    let start = ContinuousClock.now
    var firstToken: Duration?
    let request = GenerationRequest(prompt: prompt, maxNewTokens: cap, stream: Stream("chat", turns))
    let found: [GeneratedSequence]?
    do {
      found = try session.generate([request]) { _, token in
        if firstToken == nil { firstToken = start.duration(to: .now) }
        show(stream.take(token))
      }
    } catch let error as GenerationError {
      say("\(error); /reset begins another conversation")
      return
    }
    guard let sequence = found?.first else {
      show("\n")
      throw ExitCode(130)
    }
    show(stream.rest() + "\n")
    try StandardOutput.flush()
    let seconds = start.duration(to: .now) / .seconds(1)
    say(
      "[\(counted(sequence.tokens.count, "token")), "
        + String(format: "%.0f tokens/s", Double(sequence.tokens.count) / seconds)
        + (firstToken.map { String(format: ", the first after %.0f ms", $0 / .milliseconds(1)) } ?? "")
        + "; ended: \(sequence.finish.words(sequence, cap: cap, session))"
        + "\(session.generator.statistics.since(earlier).remarks)]")
    history = prompt + sequence.tokens
    turns += 1
  }

  private func rendered(_ line: String) -> String {
    if let template = session.template { return template.rendered(line) }
    return (turns == 0 ? "" : "\n") + line + "\n"
  }
}

/// Lines of standard input, as a terminal gives them.
struct LineInput {
  private var bytes: [UInt8] = []
  private var isAtEnd = false

  /// The next line; nil at the end, or when interrupted.
  mutating func next() throws -> String? {
    while true {
      if let end = bytes.firstIndex(of: UInt8(ascii: "\n")) {
        let line = String(decoding: bytes[..<end], as: UTF8.self)
        bytes.removeSubrange(...end)
        return line.hasSuffix("\r") ? String(line.dropLast()) : line
      }
      guard !isAtEnd, !Interrupt.isAsked else {
        defer { bytes = [] }
        return bytes.isEmpty || Interrupt.isAsked ? nil : String(decoding: bytes, as: UTF8.self)
      }
      try read()
    }
  }

  private mutating func read() throws {
    // A read goes on after a signal; waiting does not.
    var ready = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
    guard unsafe poll(&ready, 1, -1) > 0 else { return }
    let chunk: [UInt8]
    do {
      chunk = try Input.standard.read()
    } catch {
      throw CommandError("standard input, the conversation, cannot be read: \(error)")
    }
    if chunk.isEmpty { isAtEnd = true }
    bytes += chunk
  }
}
