import Foundation
import HFFiles
import Testing

@Suite struct `Writing whole or not at all` {
  @Test func `a directory appears with everything in it, and replaces the one before`() throws {
    try withTemporaryDirectory { (parent: URL) throws in
      let target = parent.appending(path: "step-1")
      try AtomicDirectory.write(to: target) { directory in
        try Data("old".utf8).write(to: directory.appending(path: "only-in-old"))
      }
      try AtomicDirectory.write(to: target) { directory in
        #expect(try target.names == ["only-in-old"], "the old one stays until the new one is whole")
        try FileManager.default.createDirectory(
          at: directory.appending(path: "sub"), withIntermediateDirectories: false)
        try Data("new".utf8).write(to: directory.appending(path: "sub/file"))
      }

      #expect(try target.names == ["sub"])
      #expect(try String(contentsOf: target.appending(path: "sub/file"), encoding: .utf8) == "new")
      #expect(try parent.names == ["step-1"])
    }
  }

  @Test func `a failure while filling changes nothing`() throws {
    struct Broken: Error {}
    try withTemporaryDirectory { (parent: URL) throws in
      let target = parent.appending(path: "step-1")
      try AtomicDirectory.write(to: target) { try Data("old".utf8).write(to: $0.appending(path: "file")) }
      #expect(throws: Broken.self) {
        try AtomicDirectory.write(to: target) { directory in
          try Data("half".utf8).write(to: directory.appending(path: "file"))
          throw Broken()
        }
      }

      #expect(try String(contentsOf: target.appending(path: "file"), encoding: .utf8) == "old")
      #expect(try parent.names == ["step-1"])
    }
  }

  @Test func `a full disk is said in words and leaves nothing`() throws {
    // /dev/full refuses every write with "no space left".
    try withTemporaryDirectory { (parent: URL) throws in
      let target = parent.appending(path: "step-1")
      let message = refusal {
        try AtomicDirectory.write(to: target) { directory in
          let path = directory.appending(path: "model.safetensors").path
          try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "/dev/full")
          try SafetensorsWriter.write([.init(name: "w", shape: [1])], as: .float32, to: path) { _ in [1] }
        }
      }
      #expect(
        message?.contains("no space left on the device — nothing was put in place; free some space") == true,
        "\(message ?? "accepted")")
      #expect(try parent.names.isEmpty)
      #expect(FileManager.default.fileExists(atPath: "/dev/full"))
    }
  }

  @Test func `a missing parent is an error that names the path`() throws {
    try withTemporaryDirectory { (parent: URL) throws in
      let message = refusal { try AtomicDirectory.write(to: parent.appending(path: "none/step-1")) { _ in } }
      #expect(message == "cannot create the directory: no such file or directory (errno 2)")
    }
  }

  @Test func `what a killed writer left is cleaned away, and what it had moved away comes back`() throws {
    try withTemporaryDirectory { (parent: URL) throws in
      // No process has this pid: Linux gives out at most 2^22.
      for name in [
        ".step-2.tmp-99999999", ".step-3.old-99999999", ".step-4.old-99999999", "step-4", ".keep-me",
        "a.tmp-99999999",
      ] {
        try FileManager.default.createDirectory(
          at: parent.appending(path: name), withIntermediateDirectories: false)
      }
      try Data("half".utf8).write(to: parent.appending(path: ".best.json.tmp-99999999"))
      // Process 1 always runs: its work in progress is none of ours.
      try Data("half".utf8).write(to: parent.appending(path: ".x.tmp-1"))

      let handled = try AtomicDirectory.recover(in: parent)
      #expect(
        handled == [
          ".best.json.tmp-99999999", ".step-2.tmp-99999999", ".step-3.old-99999999", ".step-4.old-99999999",
        ])
      #expect(try parent.names == [".keep-me", ".x.tmp-1", "a.tmp-99999999", "step-3", "step-4"])
      #expect(try AtomicDirectory.recover(in: parent).isEmpty)
      #expect(try AtomicDirectory.recover(in: parent.appending(path: "none")).isEmpty)
    }
  }

  @Test func `kill -9 in the middle of a write leaves the old directory and a leftover`() async throws {
    let parent = FileManager.default.temporaryDirectory.appending(path: "apus-hffiles-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: parent, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: parent) }
    let target = parent.appending(path: "step-1")
    try AtomicDirectory.write(to: target) { try Data("old".utf8).write(to: $0.appending(path: "file")) }

    await #expect(processExitsWith: .signal(SIGKILL)) { [path = target.path as String] in
      try AtomicDirectory.write(to: URL(filePath: path)) { directory in
        try Data("half".utf8).write(to: directory.appending(path: "file"))
        kill(getpid(), SIGKILL)
      }
    }

    #expect(try parent.names.count == 2)
    #expect(try AtomicDirectory.recover(in: parent).count == 1)
    #expect(try parent.names == ["step-1"])
    #expect(try String(contentsOf: target.appending(path: "file"), encoding: .utf8) == "old")
  }

  @Test func `a file is replaced as a whole, and keeps its old contents when the disk is full`() throws {
    try withTemporaryDirectory { (directory: URL) throws in
      let file = directory.appending(path: "summary.json")
      try AtomicFile.write(Data("one".utf8), to: file)
      try AtomicFile.write(Data("two".utf8), to: file)
      #expect(try String(contentsOf: file, encoding: .utf8) == "two")

      let aside = directory.appending(path: ".summary.json.tmp-\(getpid())").path
      try FileManager.default.createSymbolicLink(atPath: aside, withDestinationPath: "/dev/full")
      #expect(
        refusal { try AtomicFile.write(Data("three".utf8), to: file) }?.hasPrefix(
          "cannot write 5 bytes: no space left") == true)
      #expect(try String(contentsOf: file, encoding: .utf8) == "two")
      #expect(try directory.names == ["summary.json"])
    }
  }
}

@Suite struct `One trainer per directory` {
  @Test func `a second holder is refused with the pid of the first, until that one lets go`() throws {
    try withTemporaryDirectory { (directory: URL) throws in
      var first: DirectoryLock? = try DirectoryLock(directory: directory)
      #expect(
        refusal { try DirectoryLock(directory: directory) }
          == "is in use by process \(getpid()), and two trainers in one directory would overwrite each other"
          + " — stop that one, or choose another directory (`--set output.dir=DIR`)")
      withExtendedLifetime(first) {}
      first = nil
      _ = try DirectoryLock(directory: directory)
    }
  }

  @Test func `a lock dies with its process, however that ends`() async throws {
    let directory = FileManager.default.temporaryDirectory.appending(
      path: "apus-hffiles-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }

    await #expect(processExitsWith: .signal(SIGKILL)) { [path = directory.path as String] in
      let lock = try DirectoryLock(directory: URL(filePath: path))
      kill(getpid(), SIGKILL)
      withExtendedLifetime(lock) {}
    }

    let pid = try String(contentsOf: directory.appending(path: ".lock"), encoding: .utf8)
    #expect(Int32(pid.dropLast()).map { $0 != getpid() } == true)
    _ = try DirectoryLock(directory: directory)
  }

  @Test func `a directory that cannot be locked says why`() throws {
    try withTemporaryDirectory { (directory: URL) throws in
      #expect(
        refusal { try DirectoryLock(directory: directory.appending(path: "none")) }
          == "cannot open the lock file: no such file or directory (errno 2)")
    }
  }
}
