import Foundation
import Generation
import Rollouts
import Tensors
import Testing

@Suite struct `What the trainer tells a worker` {
  var rollout: RolloutConfiguration {
    var rollout = RolloutConfiguration()
    (rollout.temperature, rollout.topK, rollout.topP) = (0.1 + 0.2, 40, 0.95)
    rollout.maxCompletionLength = 4096
    rollout.stop = ["\n\nQ: \"é\\", "</answer>"]
    (rollout.maxRepeat, rollout.thinkTokens, rollout.thinkEnd) = (8, 1024, "</thought>")
    (rollout.weightFormat, rollout.activationFormat, rollout.keyValueFormat) = (.bf16, .bf16, .bf16)
    (rollout.keyValueMemory, rollout.maxConcurrent) = (1 << 40, 17)
    (rollout.scheduler, rollout.speculation) = (.groupContext, .always)
    rollout.weightsSwitch = .atItem
    return rollout
  }

  @Test func `comes back as it was sent, with defaults for what is not a worker's business`() throws {
    for rollout in [RolloutConfiguration(), rollout] {
      for seed in [0, 7, UInt64.max] {
        let sent = WorkerAssignment(rollout, seed: seed)
        let found = try WorkerAssignment(json: sent.json)
        #expect(found == sent && found.seed == seed && found.json == sent.json)
        #expect(found.rollout == rollout)
      }
    }
    var other = rollout
    (other.numPrompts, other.segmentLength, other.source) = (99, 12, .workers)
    #expect(WorkerAssignment(other, seed: 1) == WorkerAssignment(rollout, seed: 1))
  }

  @Test func `is JSON with the recipe's keys`() {
    let json = WorkerAssignment(RolloutConfiguration(), seed: 5).json
    #expect(
      json == """
        {"activation_dtype":"fp32","kv_dtype":"fp32","max_completion_length":256,"max_concurrent":256,\
        "scheduler":"fifo","seed":5,"speculation":"auto","stop":[],"switch":"at_once","temperature":1,\
        "think_end":"</think>","top_k":0,"top_p":1,"weight_dtype":"fp32"}
        """)
  }

  /// The JSON with one field written otherwise.
  func json(_ key: String, _ value: String?) throws -> String {
    let json = WorkerAssignment(rollout, seed: 5).json
    let start = try #require(json.range(of: "\"\(key)\":"))
    let rest = json[start.upperBound...]
    let end: String.Index
    if key == "stop" {
      end = try #require(rest.range(of: "],")).lowerBound
    } else {
      end = rest.firstIndex { $0 == "," || $0 == "}" } ?? rest.endIndex
    }
    let tail = key == "stop" ? rest[rest.index(after: end)...] : rest[end...]
    guard let value else { return String(json[..<start.lowerBound] + tail.dropFirst()) }
    return json[..<start.upperBound] + value + tail
  }

  @Test(arguments: [
    ("temperature", "-1"), ("temperature", "1e300"), ("top_k", "-1"), ("top_k", "9223372036854775807"),
    ("top_p", "0"), ("top_p", "1.5"), ("max_completion_length", "0"),
    ("max_completion_length", "9223372036854775807"), ("stop", "[\"\"]"), ("max_repeat", "1"),
    ("think_tokens", "-5"), ("weight_dtype", "\"fp3\""), ("weight_dtype", "\"int8\""), ("kv_dtype", "\"\""),
    ("activation_dtype", "\"fp8\""), ("kv_memory", "0"), ("max_concurrent", "0"),
    ("max_concurrent", "1000000000"), ("scheduler", "\"lifo\""), ("speculation", "\"yes\""),
    ("switch", "\"never\""),
  ])
  func `a value that no recipe may have is refused by name`(key: String, value: String) throws {
    let json = try json(key, value)
    do {
      _ = try WorkerAssignment(json: json)
      Issue.record("\(key): \(value) was taken")
    } catch {
      guard case .assignmentValue(let found, _, _) = error.reason else {
        Issue.record("\(error)")
        return
      }
      // Rounded activations go with bf16 weights only, which is said of them.
      #expect(found == (value == "\"int8\"" ? "activation_dtype" : key))
      #expect(error.description.contains("`\(found)`") && error.description.contains("allowed is"))
    }
  }

  @Test(arguments: [
    ("seed", "-1", "out of bounds"), ("seed", "1.5", "out of bounds"), ("top_k", "1e30", "out of bounds"),
    ("top_k", "\"4\"", "`top_k`"), ("stop", "[4]", "`stop"), ("seed", nil, "`seed` is missing"),
    ("scheduler", nil, "`scheduler` is missing"),
  ])
  func `what cannot be read is refused with its place`(key: String, value: String?, words: String) throws {
    let json = try json(key, value)
    do {
      _ = try WorkerAssignment(json: json)
      Issue.record("\(key): \(value ?? "nothing") was taken")
    } catch {
      #expect(error.description.contains(words), "\(error)")
    }
  }

  @Test func `no JSON, or too much of it, is refused, and unknown fields are ignored`() throws {
    for text in ["", "[]", "3", "{", "{\"seed\":1", String(repeating: "[", count: 60_000)] {
      #expect(throws: RolloutError.self) { try WorkerAssignment(json: text) }
    }
    let json = WorkerAssignment(rollout, seed: 5).json
    #expect(throws: RolloutError.self) {
      try WorkerAssignment(json: json + String(repeating: " ", count: WorkerAssignment.allowedBytes))
    }
    #expect(
      try WorkerAssignment(json: "{\"later\":[1,{\"x\":null}]," + json.dropFirst())
        == WorkerAssignment(rollout, seed: 5))
  }

  /// Every prefix, and every byte changed, is read or refused.
  @Test func `no prefix and no changed byte is a trap`() {
    let bytes = Array(WorkerAssignment(rollout, seed: 5).json.utf8)
    for count in bytes.indices {
      #expect(throws: RolloutError.self) {
        try WorkerAssignment(json: String(decoding: bytes.prefix(count), as: UTF8.self))
      }
    }
    for index in bytes.indices {
      for flip in [UInt8(1), 4, 16, 128] {
        var other = bytes
        other[index] ^= flip
        _ = try? WorkerAssignment(json: String(decoding: other, as: UTF8.self))
      }
    }
  }
}
