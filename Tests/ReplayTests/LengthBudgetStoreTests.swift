import Experience
import GRDB
import Replay
import Testing

@Suite struct `Budgets in the store` {
  private func asked(_ index: Int, _ budget: LengthBudget?) -> IssuedGroup {
    var group = issued(index, step: 1)
    group.task.id = "sums/1"
    group.task.budget = budget
    return group
  }

  @Test func `stand with the group, so that one task may be asked with several`() throws {
    try withFixture { fixture in
      let budgets: [LengthBudget?] = [.exact(64), .maximum(128), nil]
      try fixture.store.issue(
        fixture.run, groups: budgets.enumerated().map { asked($0, $1) }, step: 1, stage: "rl",
        version: weights(0))
      let open = try fixture.store.open(fixture.run)
      #expect(open.map(\.task.budget) == budgets)
      #expect(Set(open.map(\.task.id)).count == 1)
      let modes = try fixture.texts(
        "select coalesce(budget_mode || ' ' || budget, 'none') from groups order by group_index")
      #expect(modes == ["exact 64", "max 128", "none"])
      try fixture.finish(1, step: 1, weights(0))
      let shown = try fixture.reader().rollouts(RolloutSelection(step: 1, group: 1))
      #expect(shown.first.map(\.budget) == [.maximum(128), .maximum(128)])
      let whole = try #require(try shown.first.first.flatMap { try fixture.reader().rollout(id: $0.id) })
      #expect(whole.scored.rollout.task.budget == .maximum(128))
    }
  }

  @Test func `tell a group from one that asks for another length`() throws {
    try withFixture { fixture in
      try fixture.store.issue(
        fixture.run, groups: [asked(0, .exact(64))], step: 1, stage: "rl", version: weights(0))
      #expect(throws: ReplayError.self) {
        try fixture.store.issue(
          fixture.run, groups: [asked(0, .exact(65))], step: 1, stage: "rl", version: weights(0))
      }
      #expect(throws: ReplayError.self) {
        try fixture.store.issue(
          fixture.run, groups: [asked(0, .maximum(64))], step: 1, stage: "rl", version: weights(0))
      }
      try fixture.store.issue(
        fixture.run, groups: [asked(0, .exact(64))], step: 1, stage: "rl", version: weights(0))
    }
  }

  @Test func `that somebody has edited are refused by name`() throws {
    try withFixture { fixture in
      try fixture.store.issue(
        fixture.run, groups: [asked(0, .exact(64))], step: 1, stage: "rl", version: weights(0))
      try fixture.edit("update groups set budget = null")
      let error = try #require(throws: ReplayError.self) { try fixture.store.open(fixture.run) }
      #expect(error.description.contains("`budget_mode` is exact and `budget` NULL"))
    }
  }

  @Test func `are none in a store from before them, which is read and then brought up to date`() throws {
    try withFixture { fixture in
      try fixture.issue(step: 1)
      try fixture.finish(step: 1, weights(0))
      try fixture.edit(
        """
        alter table groups drop column budget;
        alter table groups drop column budget_mode;
        delete from grdb_migrations where identifier like '4 %';
        """)
      let shown = try fixture.reader().rollouts(RolloutSelection(step: 1)).first
      #expect(shown.count == 2 && shown.allSatisfy { $0.budget == nil })
      let again = try fixture.reopened()
      #expect(try again.query("select count(*) from groups where budget is null") == 1)
    }
  }
}
