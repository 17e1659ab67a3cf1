import Experience
import Foundation
import Replay
import Testing

/// Runs in miniature that are killed at random points and go on, with the store as all they remember besides their checkpoints.
@Suite struct `Runs that are killed again and again` {
  @Test(arguments: 1...4) func `a sequential run takes what it would have taken undisturbed`(_ seed: UInt64)
    throws
  {
    let (undisturbed, needed) = try withRun(mode: "sequential") { (fixture: StoreFixture) throws in
      var run = SequentialRun(fixture: fixture, dice: Dice(seed: seed), kills: 0)
      try run.go()
      return (try Self.taken(fixture), run.generated)
    }
    let (disturbed, kills, generated) = try withRun(mode: "sequential") { (fixture: StoreFixture) throws in
      var run = SequentialRun(fixture: fixture, dice: Dice(seed: seed), kills: 6)
      while try !run.go() {
        let store = try fixture.reopened()
        #expect(try store.objections() == nil)
        run = try run.resumed(store)
      }
      #expect(try fixture.objections() == nil)
      return (try Self.taken(fixture), 6 - run.kills, run.generated)
    }
    #expect(kills > 0 && disturbed == undisturbed)
    // A crash costs no rollouts: no segment was generated twice.
    #expect(generated == needed)
  }

  @Test(arguments: 1...4) func `an asynchronous run loses nothing and trains nothing twice`(_ seed: UInt64)
    throws
  {
    try withRun(mode: "async") { (fixture: StoreFixture) throws in
      var run = AsynchronousRun(fixture: fixture, dice: Dice(seed: seed))
      for _ in 0..<5 {
        for _ in 0..<30 { try run.event() }
        let store = try fixture.reopened(mode: "async")
        try run.resume(store)
        #expect(try store.objections() == nil)
      }
      #expect(try fixture.query("select count(*) from ledger where fate = 'trained'") ?? 0 > 0)
      let counts = try fixture.store.counts(fixture.run)
      #expect(counts.fates.values.reduce(0, +) == counts.rollouts)
    }
  }

  /// What each update took, as texts: `group/sample:+tokens+tokens`.
  private static func taken(_ fixture: StoreFixture) throws -> [String] {
    let reader = try fixture.reader()
    return try (1...SequentialRun.steps).map { step in
      try reader.consumed(step: step).joined().map { scored in
        let item = scored.rollout.item
        return "\(item.step)-\(item.group)/\(item.sample):"
          + scored.rollout.segments.map { "+\($0.tokens.map(String.init).joined(separator: ","))" }.joined()
      }.joined(separator: " ")
    }
  }

  private func withRun<Result>(mode: String, _ body: (StoreFixture) throws -> Result) throws -> Result {
    var result: Result?
    try withFixture { (fixture: StoreFixture) throws in result = try body(fixture.reopened(mode: mode)) }
    return try #require(result)
  }
}

/// Random numbers of a seed.
private struct Dice {
  private var state: UInt64

  init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 }

  mutating func roll(_ sides: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int((state >> 33) % UInt64(sides))
  }
}

/// Segments of four tokens; a step trains the groups that are complete after its round.
private struct SequentialRun {
  static let steps = 9

  var fixture: StoreFixture
  var dice: Dice
  var kills: Int
  var step = 0
  var generated = 0
  /// Groups under way: tokens of each member, and whether it is finished.
  var pool: [(key: GroupKey, members: [(length: Int, isFinished: Bool)])] = []

  private struct Killed: Error {}

  /// How long an answer is by nature.
  private func length(_ item: WorkItem) -> Int { 1 + (item.step * 7 + item.group * 5 + item.sample * 3) % 13 }

  private mutating func mayBeKilled() throws {
    guard kills > 0, dice.roll(10) == 0 else { return }
    kills -= 1
    throw Killed()
  }

  /// - Returns: false where it was killed.
  @discardableResult
  mutating func go() throws -> Bool {
    do {
      while step < Self.steps { try make(step + 1) }
      return true
    } catch is Killed {
      return false
    }
  }

  private mutating func make(_ next: Int) throws {
    let version = weights(next - 1)
    while pool.count < 3 {
      let index = (pool.last { $0.key.step == next }?.key.index ?? -1) + 1
      pool.append((key(index, step: next), [(0, false), (0, false)]))
      try fixture.store.issue(
        fixture.run, groups: [issued(index, step: next)], step: next, stage: "rl", version: version)
    }
    for place in pool.indices {
      for sample in 0..<2 where !pool[place].members[sample].isFinished {
        try mayBeKilled()
        let member = item(pool[place].key.step, pool[place].key.index, sample)
        let start = pool[place].members[sample].length
        let count = min(4, length(member) - start)
        let isEnd = start + count == length(member)
        let found = try fixture.store.found(fixture.run, items: [member], version: version)[member]
        if found?.contains(where: { $0.start == start }) != true {
          let entry =
            isEnd
            ? finished(member, from: start, count: count, version)
            : paused(member, from: start, count: count, version)
          #expect(try fixture.store.append(fixture.run, entry, step: next) != nil)
          generated += 1
        }
        pool[place].members[sample] = (start + count, isEnd)
      }
    }
    let complete = pool.filter { $0.members.allSatisfy(\.isFinished) }
    pool.removeAll { $0.members.allSatisfy(\.isFinished) }
    for group in complete {
      try fixture.store.ready(fixture.run, group: group.key, rewards: [reward(0), reward(1)])
      try mayBeKilled()
    }
    try fixture.update(step: next, taking: complete.map { ($0.key.step, $0.key.index) })
    step = next
    try mayBeKilled()
    if step % 2 == 0 { try fixture.checkpoint(step: step) }
  }

  func resumed(_ fixture: StoreFixture) throws -> SequentialRun {
    var run = self
    run.fixture = fixture
    run.step = try fixture.store.checkpoints(fixture.run).last?.step ?? 0
    try fixture.store.rollBack(fixture.run, toStep: run.step, version: weights(run.step), keepsAhead: true)
    run.pool = try fixture.store.open(fixture.run, asOf: run.step).map { group in
      (
        group.key,
        group.members.map { ($0.segments.reduce(0) { $0 + $1.tokens.count }, $0.finish != nil) }
      )
    }
    return run
  }
}

/// Whatever may happen next, happens.
private struct AsynchronousRun {
  var fixture: StoreFixture
  var dice: Dice
  var step = 0
  /// Attempts at the future: weights of another life have other digests.
  var life = 0
  private var next = 0

  init(fixture: StoreFixture, dice: Dice) {
    self.fixture = fixture
    self.dice = dice
  }

  private func version(_ number: Int) throws -> PolicyVersion {
    try fixture.reader().updates().last { $0.after.number == number }?.after ?? weights(number)
  }

  mutating func event() throws {
    let (store, run) = (fixture.store, fixture.run)
    let open = try store.open(run)
    switch dice.roll(12) {
    case 0...1 where open.count < 6:
      next += 1
      try store.issue(
        run, groups: [issued(next, step: step + 1)], step: step + 1, stage: "rl", version: version(step))
    case 2...8:
      let under = open.flatMap(\.members).filter { $0.finish == nil }
      guard !under.isEmpty else { return }
      let member = under[dice.roll(under.count)]
      let start = member.segments.reduce(0) { $0 + $1.tokens.count }
      // Workers may be a version behind.
      let maker = try version(max(0, step - dice.roll(2)))
      let isEnd = start >= 8 || dice.roll(2) == 0
      try store.append(
        run, isEnd ? finished(member.item, from: start, maker) : paused(member.item, from: start, maker),
        step: step + 1)
    case 9 where !open.isEmpty && dice.roll(4) == 0:
      try store.drop(run, group: open[0].key, fate: .stale(by: 3), step: step + 1)
    default:
      let complete = open.filter { $0.members.allSatisfy { $0.finish != nil } }
      guard !complete.isEmpty else { return }
      for group in complete { try store.ready(run, group: group.key, rewards: [reward(0), reward(1)]) }
      let before = try version(step)
      step += 1
      try store.consume(
        run,
        UpdateEntry(
          step: step, stage: "rl", kind: "rl", before: before,
          after: weights(step, "\(step) in life \(life)"),
          dataPosition: next,
          groups: complete.map { group in
            group.members.map { ConsumedMember(item: $0.item, fate: .trained, advantage: 0) }
          }))
      if step % 2 == 0 {
        try store.checkpoint(
          run, CheckpointRecord(step: step, version: version(step), stateDigest: "sha256:\(step)"))
      }
    }
  }

  mutating func resume(_ fixture: StoreFixture) throws {
    self.fixture = fixture
    let record = try fixture.store.checkpoints(fixture.run).last
    step = record?.step ?? 0
    life += 1
    try fixture.store.rollBack(
      fixture.run, toStep: step, version: record?.version ?? weights(0), keepsAhead: false)
  }
}
