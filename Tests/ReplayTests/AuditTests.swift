import Experience
import Foundation
import GRDB
import Replay
import Testing

@Suite struct `The audit of a store` {
  @Test func `a store of a run, wherever it stands, passes`() throws {
    try withFixture { (fixture: StoreFixture) throws in
      #expect(try fixture.objections() == nil)
      try fixture.train(steps: 1...3, checkpointEvery: 2)
      #expect(try fixture.objections() == nil)
      // A supervised stage leaves its metrics, its checkpoint, and no update.
      try fixture.store.metrics(
        fixture.run, step: 4, kind: "sft", stage: "control", values: [("loss", .number(1))])
      try fixture.store.checkpoint(
        fixture.run, CheckpointRecord(step: 4, version: weights(4, "control"), stateDigest: "sha256:4"))
      try fixture.issue(2, step: 4)
      try fixture.store.append(fixture.run, paused(item(4, 0, 0), weights(3)), step: 4)
      #expect(try fixture.objections() == nil)
      try fixture.store.end(fixture.run, status: "interrupted", isOver: false)
      let audit = try fixture.reader().audit()
      #expect(audit.passes && audit.checks.allSatisfy { $0.verdict == .passed })
      #expect(audit.checks.contains { $0.detail == "4 pending; the run ended: interrupted" })
      #expect(
        audit.checks.contains {
          $0.claim == "issued = sum of fates"
            && $0.detail == "10 issued = 6 trained + 0 filtered + 0 surplus + 4 pending"
        })
    }
  }

  /// An edit of a store of three trained steps and one under way, and what the audit says of it.
  struct Edit: Sendable, CustomTestStringConvertible {
    var sql: String
    var objection: String
    var testDescription: String { objection }

    init(_ objection: String, _ sql: String) { (self.sql, self.objection) = (sql, objection) }
  }

  /// Rows whose parents an edit has deleted.
  private static let orphans = """
    delete from segments where rollout_id not in (select id from rollouts);
    delete from rewards where rollout_id not in (select id from rollouts);
    delete from ledger where rollout_id not in (select id from rollouts);
    """
  private static let attempt = """
    insert into rollouts values (98, 4, 0, 1, 'waiting', 4, x'', null, 0, null, null, null, null, null, null, null);
    insert into ledger values (98, 'orphaned');
    """

  static let edits = [
    Edit("has no fate", "delete from ledger where rollout_id = 1"),
    Edit("which is not there", "insert into ledger values (99, 'trained')"),
    Edit("sample 0 has 0", "update ledger set fate = 'orphaned' where rollout_id = 1"),
    Edit(
      "sample 0 has 2",
      """
      insert into rollouts (group_id, sample, attempt, state, work_step, prompt_tokens, completion_length) values (4, 0, 1, 'waiting', 4, x'', 0);
      insert into ledger values (99, 'pending'); update rollouts set id = 99 where attempt = 1
      """),
    Edit(
      "lacks members",
      "delete from rollouts where id = 1; delete from segments where rollout_id = 1; delete from rewards where rollout_id = 1; delete from ledger where rollout_id = 1"
    ),
    Edit("its group is open", "update groups set state = 'open' where id = 1"),
    Edit("is there 2 times", "update groups set step = 1, stage = 'other' where id = 2"),
    Edit("has the place 0 in step 1 with others", "update groups set consumed_step = 1 where id = 2"),
    Edit("is pending in a group that is consumed", "update ledger set fate = 'pending' where rollout_id = 1"),
    Edit("which has no update", "update groups set consumed_step = 9 where id = 3"),
    Edit("starts from other weights", "update updates set version_before = 1 where step = 3"),
    Edit("follows that of step 1", "delete from updates where step = 2"),
    Edit(
      "which is none of this run",
      "insert into policy_versions values (99, 1, 0, 'sha256:else'); update segments set policy_version_id = 99 where arrival = 1"
    ),
    Edit(
      "but was trained from 0",
      "update segments set policy_version_id = (select id from policy_versions where number = 2) where arrival = 1"
    ),
    Edit(
      "2 versions behind",
      "update runs set max_staleness = 1; update segments set policy_version_id = 1 where rollout_id = 5"),
    Edit("has other weights than the update", "update checkpoints set policy_version_id = 1 where step = 3"),
    Edit(
      "has weights that no update made",
      "insert into policy_versions values (99, 1, 9, 'sha256:else'); update checkpoints set step = 4, policy_version_id = 99 where step = 3"
    ),
    Edit("is said to be in the checkpoint", "update updates set checkpoint_id = 1 where step = 3"),
    Edit("has a gap before segment 0", "update segments set start = 1 where arrival = 1"),
    Edit("but its segments have", "update rollouts set completion_length = 4 where id = 1"),
    Edit(
      "is unfinished, and trained",
      "update rollouts set state = 'unfinished', finish_reason = null where id = 1"),
    Edit(
      "has 3 tokens", "update runs set max_completion_length = 2; update groups set max_completion_length = 2"
    ),
    Edit("was cut at 3 tokens", "update rollouts set finish_reason = 'length' where id = 1"),
    Edit(
      "goes on at its limit",
      "update runs set max_completion_length = 4; update groups set max_completion_length = 4"),
    Edit(
      "has a segment of 4 tokens", "update runs set segment_length = 3; update groups set segment_length = 3"),
    Edit(
      "but its terms add up to", "update rewards set value = 0.25 where rollout_id = 1 and name = 'short'"),
    Edit("a total of none", "update rollouts set reward = null where id = 1"),
    Edit(
      "step 1 (rl) asked for 2 answers, but 0 are there",
      "delete from groups where id = 1; delete from rollouts where group_id = 1; \(orphans)"),
    Edit("the update of step 1 took 1 groups, but 0 are there", "delete from groups where id = 1"),
    Edit("made 2 attempts, but 3 are there", "update issues set items = 1, retries = 1; \(attempt)"),
    Edit("was never counted as asked for", "delete from issues where step = 2"),
    Edit(
      "the update of step 1 trained 2 answers, but the ledger has 0",
      "update ledger set fate = 'surplus' where rollout_id <= 2"),
    Edit(
      "left out 0 filtered and 0 surplus answers, but the ledger has 1 and 0",
      "update ledger set fate = 'filtered(overlong)' where rollout_id = 1"),
    Edit(
      "is stale(1) in a group that is consumed", "update ledger set fate = 'stale(1)' where rollout_id = 1"),
    Edit("is surplus in a group that is open", "update ledger set fate = 'surplus' where rollout_id = 8"),
    Edit("their places are 1 to 1", "update groups set consumed_order = 1 where id = 2"),
    Edit("but the update that took it of other", "update updates set stage = 'other' where step = 3"),
    Edit("was taken by step 3, which has no update", "delete from updates where step = 3"),
    Edit(
      "step 1, group 0, sample 0, segment 0 is not what was committed",
      "update segments set logprobs = zeroblob(length(logprobs)) where arrival = 1"),
    Edit(
      "is not what was committed",
      "update segments set tokens = (select tokens from segments where arrival = 4) where arrival = 3"),
    Edit("is not what was committed", "update segments set policy_version_id = 1 where arrival = 3"),
    Edit("is not what was committed", "update segments set sampled = x'010001' where arrival = 3"),
    Edit("has lost its checksum", "update segments set checksum = null where arrival = 3"),
    Edit("cannot be read", "update segments set sampled = null where arrival = 3"),
    Edit(
      "is under way, and has no tokens",
      "update segments set tokens = null, logprobs = null, sampled = null where rollout_id = 7"),
    Edit(
      "has a log probability of 0.5",
      "update segments set logprobs = x'0000003f0000003f0000003f' where arrival = 3"),
    Edit(
      "has a log probability of nan",
      "update segments set logprobs = x'0000c07f0000c07f0000c07f' where arrival = 3"),
    Edit("names a row of groups that is not there", "update rollouts set group_id = 77 where id = 1"),
  ]

  @Test(arguments: edits) func `finds what was edited`(_ edit: Edit) throws {
    try withFixture { (fixture: StoreFixture) throws in
      try fixture.train(steps: 1...3)
      try fixture.issue(step: 4)
      try fixture.store.append(fixture.run, paused(item(4, 0, 0), weights(3)), step: 4)
      #expect(try fixture.objections() == nil)
      try fixture.edit(edit.sql)
      let objections = try fixture.objections() ?? "none"
      #expect(objections.contains(edit.objection), "\(objections)")
      #expect(try !fixture.reader().audit().passes)
    }
  }

  @Test func `a finished run leaves nothing pending`() throws {
    try withFixture { (fixture: StoreFixture) throws in
      var whole = StoreFixture.nano
      whole.segmentLength = nil
      let run = try fixture.store.begin(whole)
      try fixture.issue(step: 1)
      #expect(try fixture.objections() == nil)
      try fixture.store.end(run, status: "finished", isOver: true)
      #expect(try fixture.objections()?.contains("is pending in a run that is finished") == true)
      try fixture.store.end(run, status: "interrupted", isOver: false)
      #expect(try fixture.objections() == nil)
      // The trainer gives up what segments have left under way when training ends.
      try fixture.store.drop(run, group: key(0, step: 1), fate: .surplus, step: 1)
      try fixture.store.end(run, status: "finished", isOver: true)
      #expect(try fixture.objections() == nil)
    }
  }

  @Test func `an answer may only be made of weights that an update of its own stage started from`() throws {
    // Stage `again` starts from the weights that stage `rl` has made, under another number.
    let begun = PolicyVersion(number: 2, digest: weights(1).digest)
    for maker in [begun, weights(1), weights(0)] {
      try withFixture { (fixture: StoreFixture) throws in
        try fixture.train(steps: 1...1)
        let (store, run) = (fixture.store, fixture.run)
        let again = GroupKey(step: 2, stage: "again", index: 0)
        try store.issue(run, groups: [issued(0, step: 2)], step: 2, stage: "again", version: begun)
        for sample in 0..<2 { try store.append(run, finished(item(2, 0, sample), maker), step: 2) }
        try store.ready(run, group: again, rewards: [reward(0), reward(1)])
        let members = (0..<2).map { ConsumedMember(item: item(2, 0, $0), fate: .trained, advantage: 0) }
        try store.consume(
          run,
          UpdateEntry(
            step: 2, stage: "again", kind: "rl", before: begun, after: weights(3), dataPosition: 20,
            groups: [[], members]))
        let objections = try fixture.objections()
        #expect(
          maker == begun
            ? objections == nil
            : objections?.contains("which is none of this run and stage before that update") == true,
          "\(objections ?? "none")")
      }
    }
  }

  @Test func `a damaged file is found`() throws {
    try withFixture { (fixture: StoreFixture) throws in
      try fixture.train(steps: 1...3)
      try fixture.edit(
        "pragma writable_schema = on; update sqlite_schema set rootpage = 3 where name = 'metrics'")
      // Damage may also keep the audit from reading on, which is an error.
      let objections = (try? fixture.objections()) ?? "the file is whole"
      #expect(objections.contains("the file is whole"))
    }
  }

  @Test func `a store of an older apus is read, audited as far as it goes, and brought up to date by a run`()
    throws
  {
    try withFolder { folder in
      let path = folder.appending(path: "replay.sqlite").path(percentEncoded: false)
      try ReplayStore.create(path: path, upTo: "2 repetition")
      try DatabaseQueue(path: path).write { try $0.execute(sql: Self.oldRows) }
      let bytes = try Data(contentsOf: URL(filePath: path))

      let reader = try ReplayReader(path: path)
      #expect(!reader.knowsUpdates)
      let audit = try reader.audit()
      #expect(audit.passes, "\(audit.checks.filter { $0.verdict == .failed })")
      #expect(audit.checks.count { $0.verdict == .notRecorded } == 9)
      #expect(try reader.ledger().map(\.trained) == [2])
      let old = try reader.consumed(step: 1)
      #expect(old.map { $0.map(\.rollout.completionTokens) } == [[[5, 6, 7], [8]]])
      #expect(try reader.rollout(id: 1)?.scored.rollout.segments.count == 2)
      #expect(try reader.statistics().staleness.map { [$0.versions, $0.tokens] } == [[0, 4]])
      #expect(try Data(contentsOf: URL(filePath: path)) == bytes)

      let store = try ReplayStore(path: path)
      let fixture = StoreFixture(store: store, run: try store.begin(StoreFixture.nano))
      #expect(
        try fixture.texts(
          "select start || '+' || token_count || ' at ' || step from segments order by arrival") == [
            "0+2 at 1", "2+1 at 1", "0+1 at 1",
          ])
      #expect(
        try fixture.reader().consumed(step: 1).map { $0.map(\.rollout.completionTokens) }
          == old.map { $0.map(\.rollout.completionTokens) })
      #expect(try fixture.reader().consumed(step: 1)[0].map(\.reward) == old[0].map(\.reward))
      try fixture.train(steps: 2...3)
      #expect(try fixture.reader().knowsUpdates)
      let now = try fixture.reader().audit()
      #expect(now.passes && now.checks.allSatisfy { $0.verdict == .passed })
      #expect(now.checks.contains { $0.detail.contains("1 groups are from before updates were recorded") })

      try fixture.edit("update rewards set value = 0 where rollout_id = 1")
      #expect(try !fixture.reader().audit().passes)
    }
  }

  private static let oldRows = """
    insert into runs values (1, 'nano', 1, '');
    insert into policy_versions values (1, 1, 0, 'sha256:0');
    insert into tasks values (1, 1, 'sums/1', 'sums', '2+3', '5', 'math', null, null, '{}');
    insert into groups values (1, 1, 'train', 1, 'rl', 0, 1, 1);
    insert into rollouts values (1, 1, 0, 1, x'01000000', 'stop', 3, 'a', 1, 1, '5', 'equal', 0.5);
    insert into rollouts values (2, 1, 1, 1, x'01000000', 'length', 1, 'b', 0, 0, null, 'no', -0.5);
    insert into segments values (1, 0, 1, x'0500000006000000', x'0000000000000000', x'0101');
    insert into segments values (1, 1, 1, x'07000000', x'00000000', x'01');
    insert into segments values (2, 0, 1, x'08000000', x'00000000', x'01');
    insert into rewards values (1, 0, 'math', 1, 1);
    insert into rewards values (2, 0, 'math', 0, 1);
    insert into ledger values (1, 'trained');
    insert into ledger values (2, 'trained');
    """
}
