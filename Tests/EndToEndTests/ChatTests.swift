import Foundation
import Testing

/// `apus generate` in a terminal, on a pseudo-terminal.
@Suite struct `A conversation` {
  /// The program's end of a terminal, and ours.
  private final class Terminal {
    let process = Process()
    private let ours: FileHandle
    private let collected = Collected()

    /// What came out so far; a reader on another thread adds to it.
    private final class Collected: @unchecked Sendable {
      // Sendable: every access is under the lock.
      private let lock = NSLock()
      private var bytes: [UInt8] = []
      func add(_ data: Data) { lock.withLock { bytes += data } }
      var text: String { lock.withLock { String(decoding: bytes, as: UTF8.self) } }
    }

    /// nil where the system gives no terminal.
    init?(_ program: Program, _ arguments: [String]) throws {
      var (number, other) = (Int32(-1), Int32(-1))
      guard openpty(&number, &other, nil, nil, nil) == 0 else { return nil }
      let theirs = FileHandle(fileDescriptor: other, closeOnDealloc: true)
      ours = FileHandle(fileDescriptor: number, closeOnDealloc: true)
      process.executableURL = Program.executable
      process.arguments = arguments
      process.currentDirectoryURL = program.folder
      process.standardInput = theirs
      process.standardOutput = theirs
      process.standardError = theirs
      try process.run()
      let (handle, collected) = (ours, collected)
      // Ends when the program has closed the terminal.
      Thread.detachNewThread {
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
          let count = read(handle.fileDescriptor, &buffer, buffer.count)
          guard count > 0 else { return }
          collected.add(Data(buffer.prefix(count)))
        }
      }
    }

    var text: String { collected.text.replacing("\r\n", with: "\n") }

    /// Types bytes, and waits until the program has answered with so many prompts of its own, or is gone.
    func type(_ text: String, untilPrompts count: Int) {
      ours.write(Data(text.utf8))
      wait(untilPrompts: count)
    }

    func wait(untilPrompts count: Int) {
      let limit = Date.now.addingTimeInterval(30)
      while self.text.split(separator: "> ", omittingEmptySubsequences: false).count <= count,
        process.isRunning,
        Date.now < limit
      { Thread.sleep(forTimeInterval: 0.01) }
    }
  }

  private let options = ["generate", Program.characterModel, "--seed", "4", "--max-new-tokens", "8"]

  @Test func `each turn goes on from all before it, without computing that again, and reset forgets it`()
    throws
  {
    let program = try Program()
    defer { program.clean() }
    guard let terminal = try Terminal(program, options) else {
      print("skipped: this system gives no pseudo-terminal")
      return
    }
    terminal.wait(untilPrompts: 1)
    terminal.type("hello\n", untilPrompts: 2)
    terminal.type("and then\n", untilPrompts: 3)
    terminal.type("/help\n", untilPrompts: 4)
    terminal.type("/nonsense\n", untilPrompts: 5)
    terminal.type("/reset\n", untilPrompts: 6)
    terminal.type("hello\n", untilPrompts: 7)
    terminal.type("\n", untilPrompts: 8)
    terminal.process.waitUntilExit()
    #expect(terminal.process.terminationStatus == 0)
    let parts = terminal.text.components(separatedBy: "> ")
    try #require(parts.count == 8, "\(terminal.text)")
    let (first, second) = (parts[1], parts[2])
    #expect(first.hasPrefix("hello\n") && !first.contains("not computed again"), "\(first)")
    // 6 of the first turn's line and end, 7 of its 8 new tokens: the last was never run.
    #expect(second.contains("13 tokens not computed again"), "\(second)")
    #expect(parts[3].contains("/reset") && parts[3].contains("chat templates"), "\(parts[3])")
    #expect(parts[4].contains("`/nonsense` is no command"))
    #expect(parts[5].contains("forgot 2 turns"))
    #expect(said(first) == said(parts[6]), "the same as at the beginning")
    #expect(!said(first).isEmpty && said(first) != said(second))
  }

  @Test func `says in its second turn what follows the whole of the conversation as one prompt`() throws {
    let program = try Program()
    defer { program.clean() }
    // Greedy text of this model after this line is of characters that the tokenizer knows, so it can be given back.
    let model = Program.fixture("TransformerTests/Fixtures/hf-parity/llama-tied")
    let options = ["generate", model, "--temperature", "0", "--max-new-tokens", "6"]
    guard let terminal = try Terminal(program, options) else {
      print("skipped: this system gives no pseudo-terminal")
      return
    }
    terminal.wait(untilPrompts: 1)
    terminal.type("Hi\n", untilPrompts: 2)
    terminal.type("abc\n", untilPrompts: 3)
    terminal.type("\n", untilPrompts: 4)
    terminal.process.waitUntilExit()
    let parts = terminal.text.components(separatedBy: "> ")
    try #require(parts.count == 4, "\(terminal.text)")
    let first = try program.run(options + ["--prompt", "Hi\n"]).output
    #expect(said(parts[1]) + "\n" == first && !first.contains("\u{FFFD}"))
    let second = try program.run(options + ["--prompt", "Hi\n\(said(parts[1]))\nabc\n"]).output
    #expect(said(parts[2]) + "\n" == second)
  }

  /// What the model said after the line that was typed.
  private func said(_ part: String) -> String {
    part.split(separator: "\n").dropFirst().first.map(String.init) ?? ""
  }

  @Test func `the end of input ends it well, an interrupt with 130`() throws {
    let program = try Program()
    defer { program.clean() }
    for (key, status) in [("\u{04}", Int32(0)), ("", 130)] {
      guard let terminal = try Terminal(program, options) else {
        print("skipped: this system gives no pseudo-terminal")
        return
      }
      terminal.wait(untilPrompts: 1)
      if key.isEmpty { terminal.process.interrupt() } else { terminal.type(key, untilPrompts: 2) }
      terminal.process.waitUntilExit()
      #expect(terminal.process.terminationStatus == status)
    }
  }

  @Test func `takes no options that are for lists`() throws {
    let program = try Program()
    defer { program.clean() }
    for option in [["--json"], ["--samples", "2"]] {
      guard let terminal = try Terminal(program, options + option) else {
        print("skipped: this system gives no pseudo-terminal")
        return
      }
      terminal.process.waitUntilExit()
      #expect(terminal.process.terminationStatus != 0)
    }
  }
}
