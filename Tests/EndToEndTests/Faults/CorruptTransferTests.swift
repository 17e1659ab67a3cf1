import Foundation
import Synchronization
import Testing

extension Faults {
  @Suite struct `A transfer of weights` {
    enum Harm: String, CaseIterable, Sendable {
      case flippedBytes = "flipped bytes"
      case cutConnections = "cut connections"
    }

    /// A run whose only worker gets every few chunks harmed.
    func harmedRun(_ story: Story, _ harm: Harm, _ settings: [String]) throws -> StoryTrainer {
      let port = try TCPSocket.freePort()
      let (transfers, harmed) = (Tally(), Tally())
      let proxy = try MessageProxy(to: port) { direction, frames in
        guard direction == .toWorker, WireKind(frames) == .weights else { return .pass }
        let number = transfers.next()
        // The first of all, and then some; what is fetched again after it comes through.
        guard number % 5 == 0 else { return .pass }
        harmed.next()
        switch harm {
        case .flippedBytes: return .flip(at: Double(number % 7) / 7, bits: UInt8(1 << (number / 5 % 8)))
        case .cutConnections: return .cutInHalf
        }
      }
      defer { proxy.close() }
      let trainer = try story.trainer("harmed", settings, crew: .listening("tcp://127.0.0.1:\(port)"))
      _ = try story.worker("far", connect: "tcp://127.0.0.1:\(proxy.port)")
      try trainer.finish(300)
      guard harmed.total >= 3 else {
        throw StoryFailure("only \(harmed.total) of \(transfers.total) chunks were harmed")
      }
      let said = story.program.text("far-1.out") + story.program.text("far-1.err")
      guard harm == .cutConnections || said.contains("did not arrive whole") else {
        throw StoryFailure(
          "\(harmed.total) chunks were harmed, and the worker did not notice:\n" + said.suffix(1500))
      }
      return trainer
    }

    @Test(arguments: Harm.allCases)
    func `that is harmed is made again, and never used`(_ harm: Harm) throws {
      try Story.tell("weights with \(harm.rawValue)") { story in
        let settings = ["stages.rl.steps=\(Faults.times(16, long: 80))"]
        _ = try harmedRun(story, harm, settings)
        try story.expectUnharmed("harmed", as: settings)
      }
    }

    @Test(arguments: Harm.allCases)
    func `of many chunks, some of them harmed, arrives`(_ harm: Harm) throws {
      try Story.tell("many chunks with \(harm.rawValue)") { story in
        // A million parameters: four chunks each time, since the first updates change every number.
        story.common[0] =
          "model={init: {architecture: qwen3, hidden_size: 128, intermediate_size: 512, num_hidden_layers: 4, "
          + "num_attention_heads: 4, num_key_value_heads: 2, head_dim: 32, max_position_embeddings: 128}}"
        story.common += ["rollout.num_prompts=2", "rollout.max_completion_length=12"]
        let settings = ["stages.rl.steps=\(Faults.times(6, long: 30))"]
        _ = try harmedRun(story, harm, settings)
        try story.expectUnharmed("harmed", as: settings)
      }
    }

    @Test(arguments: Harm.allCases)
    func `that is harmed leaves the worker with the version that it says it has`(_ harm: Harm) throws {
      try Story.tell("weights with \(harm.rawValue), asynchronously") { story in
        let steps = Faults.times(16, long: 80)
        _ = try harmedRun(
          story, harm,
          [
            "rollout.mode=async", "rollout.segment_length=16", "rollout.publish_every=1",
            "stages.rl.steps=\(steps)",
          ])
        // Tokens that were tagged with weights that did not make them would not lead to the same weights again.
        try story.expectRepeatable("harmed")
      }
    }
  }
}
