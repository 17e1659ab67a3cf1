import Foundation
import Metrics
import Testing

extension Faults {
  @Suite struct `A disk that is full` {
    static let settings = [
      "stages.rl.steps=\(Faults.times(30, long: 60))", "output.checkpoint_every=3",
      "rollout.segment_length=16",
    ]

    /// What a run has to say when it cannot write.
    func expectGoodEnd(_ ended: Program.Result, _ story: Story, _ run: String) throws {
      guard ended.status != 0 else { throw StoryFailure("the run ended as if nothing had happened") }
      guard ended.errors.contains("--resume") else {
        throw StoryFailure(
          "exit code \(ended.status), and no word of `--resume`:\n" + ended.errors.suffix(1500))
      }
      guard ended.status == 1 else {
        throw StoryFailure("exit code \(ended.status):\n" + ended.errors.suffix(1500))
      }
      // What was told beyond what is written: the step that met the full disk, and at most one after it.
      let told = ended.output.split(separator: "\n").count { $0.contains("\"event\": \"step\"") }
      let written = story.program.text("\(run)/metrics.jsonl").split(separator: "\n").count {
        $0.contains("\"kind\": \"rl\"")
      }
      guard told <= written + 2 else {
        throw StoryFailure("went on for \(told - written) steps after the last that it could write")
      }
    }

    func trainerArguments(_ story: Story, _ run: String) -> [String] {
      story.arguments(run, Self.settings + Story.leases).filter { $0 != "--quiet" } + [
        "--json", "--spawn-workers", "2", "--resume",
      ]
    }

    @Test func `for a file that may not grow ends the run, and it goes on when there is room`() throws {
      try Story.tell("no file may grow (RLIMIT_FSIZE)") { story in
        var ends = 0
        // In blocks of 512 bytes: small ones are met by a checkpoint, large ones by the write-ahead log.
        for _ in 0..<Faults.times(3, long: 15) {
          let blocks = [500, 700, 1000, 2000, 3000].randomElement(using: &story.random) ?? 500
          let name = "limited-\(blocks)-\(ends)"
          let arguments = trainerArguments(story, "limited")
          let process = try story.start(
            ["-c", "trap '' XFSZ; ulimit -f \(blocks); exec \"$0\" \"$@\"", Program.executable.path]
              + arguments,
            of: URL(filePath: "/bin/sh"), name: name)
          try story.wait("the run to end under `ulimit -f \(blocks)`", 120, told: name) { !process.isRunning }
          let ended = story.result(process, name)
          if ended.status == 0 { break }
          ends += 1
          try expectGoodEnd(ended, story, "limited")
        }
        guard ends > 0 else { throw StoryFailure("no limit was met") }
        try story.trainer("limited", Self.settings, resume: true).finish()
        try story.expectUnharmed("limited", as: Self.settings)
      }
    }

    @Test func `ends the run, and it goes on when there is room`() throws {
      let name = "a full disk (tmpfs)"
      guard Self.canMount else {
        return Faults.skip(name, "a tmpfs cannot be mounted here (needs root and `unshare -m`)")
      }
      try Story.tell(name) { story in
        // A mount namespace of its own: the disk is gone with the shell, whatever happens.
        let script = """
          mkdir disk && mount -t tmpfs -o size=$KIB none disk || exit 90
          "$0" "$@" >first.out 2>first.err
          echo $? >first.status
          cp disk/full/metrics.jsonl before.jsonl
          mount -o remount,size=256m disk || exit 91
          "$0" "$@" >second.out 2>second.err
          echo $? >second.status
          cp -r disk/full full
          """
        for kibibytes in Faults.isLong
          ? [600, 900, 1200, 2000, 3000, 4500] : [Int.random(in: 900...2500, using: &story.random)]
        {
          let output = "disk-\(kibibytes)"
          let process = try story.start(
            [
              "-m", "sh", "-c", script.replacingOccurrences(of: "$KIB", with: "\(kibibytes)k"),
              Program.executable.path,
            ] + trainerArguments(story, "disk/full"), of: URL(filePath: "/usr/bin/unshare"), name: output)
          try story.wait("both runs on a disk of \(kibibytes) KiB", 240, told: "second") {
            !process.isRunning
          }
          guard story.result(process, output).status == 0 else {
            throw StoryFailure("the disk could not be made\n" + story.tail(of: output))
          }
          let first = Program.Result(
            status: Int32(story.program.text("first.status").trimmingCharacters(in: .whitespacesAndNewlines))
              ?? -1,
            output: story.program.text("first.out"), errors: story.program.text("first.err"))
          try story.program.write(story.program.text("before.jsonl"), to: "before/metrics.jsonl")
          try expectGoodEnd(first, story, "before")
          guard story.program.text("second.status") == "0\n" else {
            throw StoryFailure("after there was room again:\n" + story.tail(of: "second"))
          }
          try story.expectUnharmed("full", as: Self.settings)
          for path in ["full", "disk"] {
            try FileManager.default.removeItem(at: story.program.folder.appending(path: path))
          }
        }
      }
    }

    static let canMount: Bool = {
      guard let program = try? Program() else { return false }
      defer { program.clean() }
      let process = try? program.start(
        ["-m", "sh", "-c", "mkdir d && mount -t tmpfs -o size=64k none d"],
        of: URL(filePath: "/usr/bin/unshare"),
        output: "try")
      process?.waitUntilExit()
      return process?.terminationStatus == 0
    }()
  }
}
