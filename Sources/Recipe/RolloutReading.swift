internal import Rollouts
internal import Transport

extension RecipeReader {
  /// `rollout`: who generates, how many answers in which pieces, and how each is drawn.
  func readRollout(_ section: Section, into rollout: inout RolloutConfiguration) {
    defer { section.close() }
    section.read("source", into: &rollout.source)
    section.read("mode", into: &rollout.mode)
    section.read("num_prompts", into: &rollout.numPrompts)
    section.read("num_generations", into: &rollout.numGenerations)
    section.read("max_completion_length", into: &rollout.maxCompletionLength)
    section.read("max_prompt_length", into: &rollout.maxPromptLength)
    readSegments(section, into: &rollout)
    section.read("max_staleness", into: &rollout.maxStaleness, in: .atLeastZero)
    section.read("publish_every", into: &rollout.publishEvery)
    section.read("switch", into: &rollout.weightsSwitch)
    section.read("temperature", into: &rollout.temperature, in: .temperature)
    section.read("top_k", into: &rollout.topK, in: .atLeastZero)
    section.read("top_p", into: &rollout.topP, in: .positiveShare)
    section.read("stop", into: &rollout.stop)
    section.read("max_repeat", into: &rollout.maxRepeat, in: .from(2, to: 1_000_000))
    section.read("think_tokens", into: &rollout.thinkTokens, in: .atLeastZero)
    section.read("think_end", into: &rollout.thinkEnd)
    section.read("max_concurrent", into: &rollout.maxConcurrent)
    section.readBytes("kv_memory", into: &rollout.keyValueMemory)
    section.read("kv_dtype", into: &rollout.keyValueFormat)
    section.read("weight_dtype", into: &rollout.weightFormat)
    section.read("activation_dtype", into: &rollout.activationFormat)
    section.read("scheduler", into: &rollout.scheduler)
    section.read("speculation", into: &rollout.speculation)
    section.read("logprobs", into: &rollout.logprobs)
    readWorkers(section.section("workers"), into: &rollout.workers)
  }

  // MARK: Segments

  private func readSegments(_ section: Section, into rollout: inout RolloutConfiguration) {
    readSegmentLength(section, into: &rollout)
    section.read("min_groups_per_step", into: &rollout.minGroupsPerStep)
    section.read("max_segment_staleness", into: &rollout.maxSegmentStaleness, in: .atLeastZero)
  }

  /// `segment_length`, or `max_segments` into which the length limit is cut.
  ///
  /// They are two names of one setting: of a preset, a file and a `--set` the later decides. What is resolved has the
  /// length alone, with the origin of the key that decided it.
  private func readSegmentLength(_ section: Section, into rollout: inout RolloutConfiguration) {
    let (lengthKey, countKey) = ("segment_length", "max_segments")
    let length = section.count(lengthKey, in: .atLeastOne)
    let count = section.count(countKey, in: .atLeastOne)
    let (lengthLayer, countLayer) = (section.origin(lengthKey).layer, section.origin(countKey).layer)
    if length != nil, count != nil, lengthLayer == countLayer {
      report(
        .conflict(.twoSources(section: "\(section.path)", lengthKey, countKey)), at: section.place(countKey),
        advice:
          "the length is `rollout.max_completion_length` / `max_segments`; `null` takes one of them away"
      )
    }
    guard let count, countLayer > lengthLayer || countLayer == lengthLayer && length == nil else {
      rollout.segmentLength = length
      section.record(lengthKey, length.map { "\($0)" } ?? "null")
      return
    }
    let limit = rollout.maxCompletionLength
    // One segment is a whole response.
    rollout.segmentLength = count == 1 ? nil : (limit + count - 1) / count
    record(
      section.path + lengthKey, rollout.segmentLength.map { "\($0)" } ?? "null", section.origin(countKey))
  }

  // MARK: Workers

  private func readWorkers(_ section: Section, into workers: inout WorkersConfiguration) {
    defer { section.close() }
    section.read("spawn", into: &workers.spawn, in: .from(0, to: 1024))
    section.read("listen", into: &workers.listen)
    checkListen(section, workers.listen)
    section.read("key", into: &workers.key)
    section.read("authorized_keys", into: &workers.authorizedKeys)
    section.read("heartbeat_seconds", into: &workers.heartbeatSeconds, in: .seconds(from: 0.05, to: 3600))
    section.read("missed_heartbeats", into: &workers.missedHeartbeats, in: .from(1, to: 1000))
    section.read("join_deadline", into: &workers.joinDeadline, in: .deadline)
    section.read("progress_deadline", into: &workers.progressDeadline, in: .deadline)
    section.read("publish_deadline", into: &workers.publishDeadline, in: .deadline)
    section.read("max_items_per_worker", into: &workers.maxItemsPerWorker)
  }

  private func checkListen(_ section: Section, _ address: String?) {
    guard let address else { return }
    do {
      // What only threads of one process can reach is no place for workers.
      guard try Endpoint(address, for: .binding).transport == .inproc else { return }
      refuseListen(section, address, nil)
    } catch {
      refuseListen(section, address, error.description)
    }
  }

  private func refuseListen(_ section: Section, _ address: String, _ advice: String?) {
    report(
      .notAllowed(
        key: "\(section.path + "listen")", value: YAMLText.quoted(address),
        allowed: "`tcp://HOST:PORT` such as `tcp://127.0.0.1:5750` (`*` = every interface), or `ipc://PATH`"),
      at: section.place("listen"), advice: advice)
  }
}

extension Origin {
  /// Which of two values for one setting was said later: the higher.
  fileprivate var layer: Int {
    switch self {
    case .default, .implied: 0
    case .preset: 1
    case .file: 2
    case .override: 3
    }
  }
}
