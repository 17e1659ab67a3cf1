import ObjectiveFiles
import Testing

@Suite struct `Policy losses against verl` {
  @Test func `every case of the golden file`() throws {
    for golden in try goldenCases("policy-losses.json") {
      let ours = try PolicyLossKinds.evaluate(
        golden.kind, settings: golden.settingsFields(), input: golden.inputFields())
      let wrong = differences(of: ours, from: golden.expected, relative: 1e-7, absolute: 1e-8)
      #expect(wrong.isEmpty, "\(golden.name): \(wrong)")
    }
  }

  @Test func `bad files get an error that names the key`() throws {
    let good: [String: JSONValue] = [
      "mask": [.init([1, 1])], "logprobs": .init([[-1.0, -2]]), "old_logprobs": .init([[-1.0, -2]]),
      "advantages": .init([[1.0, 1]]),
    ]
    let settings: [String: JSONValue] = [
      "constant": .init(4), "epsilon": .init(0.2), "epsilon_high": .init(0.2),
    ]
    func complaint(
      _ kind: String, _ input: [String: JSONValue] = [:], _ changes: [String: JSONValue] = [:]
    ) throws -> String {
      let changed = good.merging(input) { $1 }
      let changedSettings = settings.merging(changes) { $1 }
      do {
        _ = try PolicyLossKinds.evaluate(
          kind, settings: Fields(.object(changedSettings), at: "settings"),
          input: Fields(.object(changed), at: "input"))
        return "no error"
      } catch { return "\(error)" }
    }
    #expect(try complaint("ppo") == "no error")
    #expect(try complaint("ppo", ["logprobs": .init([[-1.0]])]).contains("`logprobs`"))
    #expect(try complaint("ppo", ["advantages": .init([[1.0, 1], [1, 1]])]).contains("`advantages`"))
    #expect(try complaint("ppo", ["mask": "all"]).contains("`mask`"))
    #expect(try complaint("ppo", [:], ["constant": .init(0)]).contains("`constant`"))
    #expect(try complaint("ppo", [:], ["dual_clip": .init(1)]).contains("`dual_clip`"))
    #expect(try complaint("ppo", [:], ["epsilon": .null]).contains("`epsilon`"))
    #expect(try complaint("kl_cov", [:], ["cov_ratio": .init(2)]).contains("`cov_ratio`"))
    #expect(try complaint("sapo", [:], ["tau_negative": .init(0)]).contains("`tau_negative`"))
    #expect(try complaint("vanilla").contains("`vanilla`"))
  }

  @Test func `Clip-Cov refuses to draw at random`() throws {
    let rows = JSONValue([[-0.1, -0.2, -2, -3], [-0.3, -0.4, -4, -5]])
    let fields = try Fields(
      [
        "mask": .init([[1, 1, 1, 1], [1, 1, 1, 1]]), "logprobs": rows, "old_logprobs": rows,
        "advantages": .init([[1.0, 1, 1, 1], [-1, -1, -1, -1]]),
      ], at: "input")
    func complaint(_ ratio: Double) throws -> Bool {
      let settings = try Fields(
        [
          "constant": .init(4), "epsilon": .init(0.2), "epsilon_high": .init(0.2), "cov_ratio": .init(ratio),
          "cov_min": .init(0.1), "cov_max": .init(5),
        ], at: "settings")
      do {
        _ = try PolicyLossKinds.evaluate("clip_cov", settings: settings, input: fields)
        return false
      } catch { return "\(error)".contains("at random") }
    }
    #expect(try complaint(0.125))
    #expect(try !complaint(1))
  }
}
