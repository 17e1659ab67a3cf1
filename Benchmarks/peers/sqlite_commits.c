/* The inserts of `apus bench replay` in the same transactions, by SQLite alone: what a store of rollouts is measured against.
 *
 *   cc -O2 -o sqlite_commits sqlite_commits.c -lsqlite3
 *   sqlite_commits STORE TOKENS TERMS
 *
 * STORE has rollouts that wait. Each gets one segment of TOKENS tokens, TERMS rows of its reward, and its finished state, in a
 * transaction of its own. Prints one JSON object. */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static sqlite3 *db;

static void fail(const char *what) {
  fprintf(stderr, "sqlite_commits: %s: %s\n", what, db ? sqlite3_errmsg(db) : "no memory");
  exit(1);
}

static void run(const char *sql) {
  if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK) fail(sql);
}

static sqlite3_stmt *prepare(const char *sql) {
  sqlite3_stmt *statement;
  if (sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL) != SQLITE_OK) fail(sql);
  return statement;
}

static void step(sqlite3_stmt *statement) {
  if (sqlite3_step(statement) != SQLITE_DONE) fail(sqlite3_sql(statement));
  sqlite3_reset(statement);
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

int main(int count, char **arguments) {
  if (count != 4) {
    fprintf(stderr, "usage: sqlite_commits STORE TOKENS TERMS\n");
    return 2;
  }
  int tokens = atoi(arguments[2]), terms = atoi(arguments[3]);
  if (tokens < 1 || tokens > 1 << 24 || terms < 0 || terms > 1000) {
    fprintf(stderr, "sqlite_commits: TOKENS or TERMS is out of range\n");
    return 2;
  }
  if (sqlite3_open_v2(arguments[1], &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK) fail("open");
  run("pragma journal_mode = wal; pragma synchronous = normal; pragma foreign_keys = on");

  sqlite3_stmt *select = prepare("select id from rollouts where state = 'waiting' order by id");
  size_t rollouts = 0, room = 1024;
  sqlite3_int64 *ids = malloc(room * sizeof *ids);
  while (ids && sqlite3_step(select) == SQLITE_ROW) {
    if (rollouts == room) ids = realloc(ids, (room *= 2) * sizeof *ids);
    if (ids) ids[rollouts++] = sqlite3_column_int64(select, 0);
  }
  sqlite3_finalize(select);
  int *numbers = malloc(4 * (size_t)tokens);
  float *logprobs = malloc(4 * (size_t)tokens);
  unsigned char *sampled = malloc((size_t)tokens);
  char *text = malloc(2 * (size_t)tokens + 1);
  if (!ids || !numbers || !logprobs || !sampled || !text) fail("malloc");
  memset(text, 'a', 2 * (size_t)tokens);
  text[2 * tokens] = 0;

  sqlite3_stmt *begin = prepare("begin immediate"), *commit = prepare("commit");
  sqlite3_stmt *segment = prepare(
      "insert into segments (rollout_id, position, start, token_count, step, policy_version_id, worker, tokens, logprobs, sampled) "
      "values (?, 0, 0, ?, 1, 1, 'worker-1', ?, ?, ?)");
  sqlite3_stmt *update = prepare(
      "update rollouts set state = 'finished', completion_length = ?, finish_reason = 'stop', text = ?, correctness = 1, accuracy = 1, "
      "reward = 1, extracted = '42', reason = ? where id = ?");
  sqlite3_stmt *reward = prepare(
      "insert into rewards (rollout_id, position, name, value, weight, is_reference) values (?, ?, ?, 0.5, 1, 0)");

  double start = now();
  for (size_t index = 0; index < rollouts; index++) {
    for (int place = 0; place < tokens; place++) {
      numbers[place] = (int)(((size_t)place * 37 + index) % 50000);
      logprobs[place] = -0.5f;
      sampled[place] = 1;
    }
    step(begin);
    sqlite3_bind_int64(segment, 1, ids[index]);
    sqlite3_bind_int(segment, 2, tokens);
    sqlite3_bind_blob(segment, 3, numbers, 4 * tokens, SQLITE_STATIC);
    sqlite3_bind_blob(segment, 4, logprobs, 4 * tokens, SQLITE_STATIC);
    sqlite3_bind_blob(segment, 5, sampled, tokens, SQLITE_STATIC);
    step(segment);
    sqlite3_bind_int(update, 1, tokens);
    sqlite3_bind_text(update, 2, text, 2 * tokens, SQLITE_STATIC);
    sqlite3_bind_text(update, 3, "correct: last boxed answer, compared as exact numbers", -1, SQLITE_STATIC);
    sqlite3_bind_int64(update, 4, ids[index]);
    step(update);
    for (int place = 0; place < terms; place++) {
      char name[32];
      snprintf(name, sizeof name, "term_%d", place);
      sqlite3_bind_int64(reward, 1, ids[index]);
      sqlite3_bind_int(reward, 2, place);
      sqlite3_bind_text(reward, 3, name, -1, SQLITE_TRANSIENT);
      step(reward);
    }
    step(commit);
  }
  double seconds = now() - start;
  sqlite3_finalize(begin), sqlite3_finalize(commit), sqlite3_finalize(segment), sqlite3_finalize(update);
  sqlite3_finalize(reward);
  if (sqlite3_close(db) != SQLITE_OK) fail("close");
  printf("{\"rollouts\": %zu, \"seconds\": %.9f}\n", rollouts, seconds);
  return 0;
}
