import Foundation
import Testing

extension Faults {
  @Suite struct `A network that is cut` {
    /// Two network namespaces with one cable between them. They have no names: they are gone with the processes that
    /// sit in them.
    struct Cable {
      let story: Story
      let trainerSide: Int32
      let workerSide: Int32
      static let address = "10.231.77.1"

      /// - Throws: What the system does not allow here.
      init(_ story: Story) throws {
        self.story = story
        let seats = try ["trainer-side", "worker-side"].map { name in
          try story.start(["-n", "sleep", "100000"], of: URL(filePath: "/usr/bin/unshare"), name: name)
            .processIdentifier
        }
        (trainerSide, workerSide) = (seats[0], seats[1])
        let own = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/ns/net")
        try story.wait("two network namespaces", 5, told: "trainer-side") {
          seats.allSatisfy { seat in
            let place = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(seat)/ns/net")
            return place != nil && place != own
          }
        }
        try ip(
          trainerSide, "link", "add", "cable", "type", "veth", "peer", "name", "cable", "netns",
          "\(workerSide)")
        for (side, address) in [(trainerSide, Self.address), (workerSide, "10.231.77.2")] {
          try ip(side, "addr", "add", "\(address)/24", "dev", "cable")
          try ip(side, "link", "set", "lo", "up")
          try ip(side, "link", "set", "cable", "up")
        }
      }

      func cut() throws { try ip(trainerSide, "link", "set", "cable", "down") }
      func mend() throws { try ip(trainerSide, "link", "set", "cable", "up") }

      private func ip(_ side: Int32, _ words: String...) throws {
        let name = story.uniqueName("ip")
        let process = try story.start(
          Self.enter(side) + ["ip"] + words, of: URL(filePath: "/usr/bin/nsenter"), name: name)
        try story.wait("`ip \(words.joined(separator: " "))`", 10) { !process.isRunning }
        guard story.result(process, name).status == 0 else {
          throw StoryFailure("`ip \(words.joined(separator: " "))`: " + story.program.text(name + ".err"))
        }
      }

      /// Arguments of `nsenter`.
      static func enter(_ side: Int32) -> [String] { ["-t", "\(side)", "-n"] }

      /// Starts `apus` on one side.
      func start(_ side: Int32, _ arguments: [String], name: String) throws -> Process {
        try story.start(
          Self.enter(side) + [Program.executable.path] + arguments, of: URL(filePath: "/usr/bin/nsenter"),
          name: name)
      }
    }

    /// Whether and why not.
    static func obstacle(_ story: Story) -> String? {
      guard getuid() == 0 else { return "network namespaces need root" }
      for tool in ["/usr/bin/unshare", "/usr/bin/nsenter"]
      where !FileManager.default.isExecutableFile(atPath: tool) {
        return "\(tool) is missing (util-linux)"
      }
      do { _ = try Cable(story) } catch { return "\(error)".replacing("\n", with: " ") }
      return nil
    }

    @Test(arguments: Faults.isLong ? ["sequential", "async"] : ["sequential"])
    func `for longer than a lease and mended does not harm the run`(_ mode: String) throws {
      let name = "a cut network, \(mode)"
      var reason: String?
      try Story.tell("a cable between two network namespaces") { reason = Self.obstacle($0) }
      if let reason { return Faults.skip(name, reason) }
      try Story.tell(name) { story in
        let cuts = Faults.times(1, long: 6)
        let cable = try Cable(story)
        // Across a network there are keys.
        for key in ["trainer", "near", "far"] { try call(story, ["keys", "new", key]) }
        try call(story, ["keys", "authorize", "near.pub", "far.pub", "--file", "authorized"])
        let settings = [
          "rollout.mode=\(mode)", "rollout.segment_length=16", "stages.rl.steps=\(cuts * 120 + 40)",
        ]
        let address = "tcp://\(Cable.address):7777"
        let keys = ["rollout.workers.key=trainer.key", "rollout.workers.authorized_keys=authorized"]
        let process = try cable.start(
          cable.trainerSide, story.arguments("cut", settings + Story.leases + keys) + ["--listen", address],
          name: "cut")
        let trainer = StoryTrainer(story: story, process: process, run: "cut", output: "cut")
        for (side, key) in [(cable.trainerSide, "near"), (cable.workerSide, "far")] {
          _ = try cable.start(
            side,
            [
              "worker", "--connect", address, "--name", key, "--threads", "1", "--key", "\(key).key",
              "--server-key",
              "trainer.pub",
            ], name: key)
        }
        for index in 0..<cuts {
          try trainer.wait(forSteps: trainer.steps + 4)
          try story.wait("the far worker to be there", told: "far") {
            trainer.log.components(separatedBy: "worker far joined").count > 1 + index
          }
          try cable.cut()
          try story.wait("the trainer to miss the far worker", told: "cut") {
            guard process.isRunning else { throw StoryFailure("the run was over\n" + story.tail(of: "cut")) }
            return trainer.log.components(separatedBy: "worker far is silent").count > 1 + index
          }
          story.pause(upTo: 1)
          try cable.mend()
        }
        try trainer.finish(300)
        if mode == "async" {
          try story.expectRepeatable("cut")
        } else {
          try story.expectUnharmed("cut", as: settings.filter { !$0.hasPrefix("rollout.mode") })
        }
      }
    }

    func call(_ story: Story, _ arguments: [String]) throws {
      let result = try story.run(arguments)
      guard result.status == 0 else {
        throw StoryFailure("`apus \(arguments.joined(separator: " "))`: \(result.all)")
      }
    }
  }
}
