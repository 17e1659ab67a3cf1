extension Schema {
  /// Work is stored before it is done: a group from when it is asked for, a rollout from its first segment on, and what each update took.
  /// SQLite changes a check by making the table anew.
  static let workItems = """
    alter table runs add column mode text;                      -- sequential or async
    alter table runs add column max_completion_length integer;
    alter table runs add column segment_length integer;         -- NULL = whole responses
    alter table runs add column max_staleness integer;          -- NULL = no limit
    alter table runs add column status text;                    -- NULL = under way, or killed

    alter table groups add column state text not null default 'consumed'
      check (state in ('open', 'ready', 'consumed', 'dropped', 'ahead'));
    alter table groups add column data_position integer;        -- of the row of training tasks, after this one
    alter table groups add column max_completion_length integer;
    alter table groups add column segment_length integer;
    alter table groups add column ready_order integer;          -- running number of complete groups
    alter table groups add column consumed_step integer;        -- step that took or dropped it
    alter table groups add column consumed_order integer;       -- place in the step that took it
    update groups set consumed_step = step, consumed_order = group_index where kind = 'train';
    create index groups_on_consumed_step on groups (consumed_step, consumed_order);

    create table rollouts_with_attempts (
      id integer primary key,
      group_id integer not null references groups (id) on delete cascade,
      sample integer not null,
      attempt integer not null default 0,    -- counts those that a restart orphaned
      state text not null check (state in ('waiting', 'unfinished', 'finished')),
      work_step integer not null,            -- step, or number of the evaluation, in its work item
      prompt_tokens blob not null,           -- int32
      finish_reason text check (finish_reason in ('stop', 'length', 'repetition')),
      completion_length integer not null,    -- tokens, end token included
      text text,                             -- NULL = goes on
      correctness real,                      -- NULL = no verdict
      accuracy real,                         -- what group filters look at: correctness, or 0 where an answer counts as cut
      reward real,                           -- weighted sum of the terms; NULL = no verdict
      extracted text,                        -- what the verifier read as the answer
      reason text,                           -- NULL = not judged
      advantage real,
      unique (group_id, sample, attempt),
      check ((state = 'finished') = (finish_reason is not null))
    );
    insert into rollouts_with_attempts
      select id, group_id, sample, 0, 'finished', work_step, prompt_tokens, finish_reason, completion_length, text,
        correctness, correctness, reward, extracted, reason, advantage from rollouts;
    drop table rollouts;
    alter table rollouts_with_attempts rename to rollouts;

    create table segments_with_arrival (
      arrival integer primary key,           -- running number, in order of commit
      rollout_id integer not null references rollouts (id) on delete cascade,
      position integer not null,
      start integer not null,                -- tokens of the rollout before it
      token_count integer not null,
      step integer not null,                 -- training step at hand when it was committed
      policy_version_id integer not null references policy_versions (id),  -- that sampled it
      worker text,                           -- NULL = the trainer's own process
      tokens blob,                           -- int32; NULL = vacuumed
      logprobs blob,                         -- float32, nats
      sampled blob,                          -- one byte per token: 1 sampled, 0 put in
      checksum integer,                      -- of version, start and the three arrays; NULL = from before
      unique (rollout_id, position),
      check (tokens is null or length(tokens) = 4 * token_count),
      check (logprobs is null or length(logprobs) = 4 * token_count),
      check (sampled is null or length(sampled) = token_count)
    );
    insert into segments_with_arrival
      select row_number() over (order by groups.id, sample, position), rollout_id, position,
        sum(length(sampled)) over (partition by rollout_id order by position) - length(sampled), length(sampled), step,
        segments.policy_version_id, null, tokens, logprobs, sampled, null
        from segments join rollouts on rollouts.id = rollout_id join groups on groups.id = group_id;
    drop table segments;
    alter table segments_with_arrival rename to segments;
    create index segments_on_policy_version_id on segments (policy_version_id);

    alter table rewards add column is_reference integer not null default 0;  -- 1: what a group term measured by

    create table ledger_with_stale (
      rollout_id integer primary key references rollouts (id) on delete cascade,
      fate text not null check (fate in ('pending', 'trained', 'surplus', 'orphaned')
        or fate like 'filtered(%)' or fate like 'stale(%)' or fate like 'failed(%)')
    );
    insert into ledger_with_stale select rollout_id, fate from ledger;
    drop table ledger;
    alter table ledger_with_stale rename to ledger;

    create table checkpoints (
      id integer primary key,
      run_id integer not null references runs (id) on delete cascade,
      step integer not null,
      policy_version_id integer not null references policy_versions (id),
      state_digest text not null,            -- sha256:… of its files
      unique (run_id, step)
    );

    create table updates (
      id integer primary key,
      run_id integer not null references runs (id) on delete cascade,
      step integer not null,
      stage text not null,
      kind text not null,                    -- rl or sft
      version_before integer not null references policy_versions (id),
      version_after integer not null references policy_versions (id),
      data_position integer not null,        -- of the row of training tasks
      checkpoint_id integer references checkpoints (id) on delete set null,  -- the first that has it behind it
      group_count integer not null,          -- groups that it took
      trained_count integer not null,        -- answers in them, by fate
      filtered_count integer not null,
      surplus_count integer not null,
      vacuumed_groups integer not null default 0,  -- of those groups, dropped at their owner's wish
      unique (run_id, step)
    );

    -- Kept apart from what it counts, so that rows which vanish are missed.
    create table issues (
      run_id integer not null references runs (id) on delete cascade,
      step integer not null,                 -- that asked
      stage text not null,
      items integer not null,                -- answers asked for
      retries integer not null,              -- attempts made anew, because weights that a restart undid had made the one before
      vacuumed_items integer not null default 0,     -- answers that were dropped at their owner's wish
      vacuumed_attempts integer not null default 0,  -- attempts that were
      primary key (run_id, step, stage)
    ) without rowid;

    create table metrics (
      run_id integer not null references runs (id) on delete cascade,
      step integer not null,
      kind text not null,
      stage text not null,
      name text not null,
      value,                                 -- a number or a text; NULL = NaN
      primary key (run_id, step, kind, stage, name)
    ) without rowid;

    create table workers (
      run_id integer not null references runs (id) on delete cascade,
      name text not null,
      host text not null,
      processor text not null,
      kernels text not null,                 -- instruction set
      threads integer not null,
      segments integer not null,             -- committed
      tokens integer not null,
      duplicates integer not null,           -- reports that were there already, or came too late
      reissued integer not null,             -- items given to others
      refused integer not null,              -- messages that were none
      first_seen real not null,              -- seconds since 1970
      last_seen real not null,
      primary key (run_id, name)
    ) without rowid;
    """
}
