internal import GRDB

/// The tables of `replay.sqlite`, for this code and for people with the `sqlite3` shell.
///
///     runs ─┬─ policy_versions
///           ├─ tasks
///           ├─ groups ── rollouts ─┬─ segments   token ids and logprobs, little-endian
///           │                      ├─ rewards    one row per term; NULL = no verdict
///           │                      └─ ledger     what became of it
///           ├─ issues                            how much each step asked for
///           ├─ updates                           what each step of training took and made
///           ├─ checkpoints
///           ├─ task_statistics                   how each task had fared after each step
///           ├─ metrics
///           └─ workers
///
/// A released migration is never edited; a change is a new one.
enum Schema {
  /// "Apus" in ASCII, kept in the file's header, so that another program's database is never taken for ours.
  static let applicationID: Int32 = 0x4170_7573

  /// The migration after which a store knows work under way, updates and checkpoints.
  static let workItemsName = "3 work items"
  /// The one after which it knows how tasks have fared.
  static let taskStatisticsName = "5 task statistics"

  /// The migration after which a group knows what its prompt asked for.
  static let lengthBudgetsName = "4 length budgets"

  static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1 rollouts") { db in
      try db.execute(sql: rollouts)
    }
    migrator.registerMigration("2 repetition") { db in
      try db.execute(sql: repetition)
    }
    migrator.registerMigration(workItemsName) { db in
      try db.execute(sql: workItems)
    }
    migrator.registerMigration(lengthBudgetsName) { db in
      try db.execute(sql: lengthBudgets)
    }
    migrator.registerMigration(taskStatisticsName) { db in
      try db.execute(sql: taskStatistics)
      try countConsumed(db)
    }
    return migrator
  }

  private static let rollouts = """
    create table runs (
      id integer primary key,
      name text not null unique,
      seed integer not null,                 -- 64 bits, two's complement
      recipe text not null                   -- resolved, as YAML
    );

    create table policy_versions (
      id integer primary key,
      run_id integer not null references runs (id) on delete cascade,
      number integer not null,
      digest text not null,                  -- sha256:… of the weights
      unique (run_id, number, digest)
    );

    create table tasks (
      id integer primary key,
      run_id integer not null references runs (id) on delete cascade,
      task text not null,                    -- its identity: source and place, e.g. arithmetic_chain/42
      source text not null,
      prompt text not null,
      ground_truth text not null,
      verifier text not null,
      difficulty integer,
      solution text,
      columns text not null,                 -- further columns of the data row, as JSON
      unique (run_id, task)
    );

    create table groups (
      id integer primary key,
      run_id integer not null references runs (id) on delete cascade,
      kind text not null check (kind in ('train', 'evaluation', 'greedy_evaluation')),
      step integer not null,                 -- training step that recorded it
      stage text not null,
      group_index integer not null,
      task_id integer not null references tasks (id),
      policy_version_id integer not null references policy_versions (id),  -- the trainer's when it was recorded
      unique (run_id, kind, step, stage, group_index)
    );
    create index groups_on_task_id on groups (task_id);
    create index groups_on_policy_version_id on groups (policy_version_id);

    create table rollouts (
      id integer primary key,
      group_id integer not null references groups (id) on delete cascade,
      sample integer not null,
      work_step integer not null,            -- step, or number of the evaluation, in its work item
      prompt_tokens blob not null,           -- int32
      finish_reason text not null check (finish_reason in ('stop', 'length')),
      completion_length integer not null,    -- tokens, end token included
      text text not null,
      correctness real,                      -- NULL = no verdict
      reward real,                           -- weighted sum of the terms; NULL = no verdict
      extracted text,                        -- what the verifier read as the answer
      reason text not null,
      advantage real,
      unique (group_id, sample)
    );

    create table segments (
      rollout_id integer not null references rollouts (id) on delete cascade,
      position integer not null,
      policy_version_id integer not null references policy_versions (id),  -- that sampled it
      tokens blob not null,                  -- int32
      logprobs blob not null,                -- float32, nats
      sampled blob not null,                 -- one byte per token: 1 sampled, 0 put in
      primary key (rollout_id, position),
      check (length(tokens) = length(logprobs) and length(tokens) = 4 * length(sampled))
    ) without rowid;
    create index segments_on_policy_version_id on segments (policy_version_id);

    create table rewards (
      rollout_id integer not null references rollouts (id) on delete cascade,
      position integer not null,
      name text not null,
      value real,                            -- NULL = no verdict
      weight real not null,
      primary key (rollout_id, position)
    ) without rowid;

    create table ledger (
      rollout_id integer primary key references rollouts (id) on delete cascade,
      fate text not null check (fate in ('pending', 'trained', 'surplus') or fate like 'filtered(%)')
    );
    """

  /// Answers may end for repeating themselves. SQLite changes a check by making the table anew.
  private static let repetition = """
    create table rollouts_with_repetition (
      id integer primary key,
      group_id integer not null references groups (id) on delete cascade,
      sample integer not null,
      work_step integer not null,            -- step, or number of the evaluation, in its work item
      prompt_tokens blob not null,           -- int32
      finish_reason text not null check (finish_reason in ('stop', 'length', 'repetition')),
      completion_length integer not null,    -- tokens, end token included
      text text not null,
      correctness real,                      -- NULL = no verdict
      reward real,                           -- weighted sum of the terms; NULL = no verdict
      extracted text,                        -- what the verifier read as the answer
      reason text not null,
      advantage real,
      unique (group_id, sample)
    );
    insert into rollouts_with_repetition select * from rollouts;
    drop table rollouts;
    alter table rollouts_with_repetition rename to rollouts;
    """
}
