// A pool for short parallel loops. Threads wait for work with a bounded number of pauses and then sleep, so that a
// waiting thread never takes the core that its partner needs for longer than some tens of microseconds. The same holds
// for members of a team that wait for each other.

#define _GNU_SOURCE  // sched_getaffinity
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#include "ckernels.h"

enum { PAUSES = 2000 };

typedef void (*task_body)(void *context, size_t task);
typedef void (*team_body)(void *context, size_t member, ck_barrier *barrier);

// Where members of a team meet.
struct ck_barrier {
  size_t members;
  atomic_size_t arrived, phase, sleepers;
  pthread_mutex_t mutex;
  pthread_cond_t passed;
};

struct ck_pool {
  pthread_mutex_t mutex;       // guards sleeping and waking
  pthread_cond_t work, done;
  pthread_mutex_t run_mutex;   // one loop at a time
  atomic_size_t generation;    // counts loops; a change means work
  atomic_size_t next, running; // next task; workers still in the loop
  atomic_int stop;
  size_t tasks, workers;
  task_body body;
  team_body member_body;       // of a team loop; NULL in a loop over tasks
  void *context;
  ck_barrier barrier;
  pthread_t *threads;
};

struct worker {
  ck_pool *pool;
  size_t number;
};

static _Thread_local int inside_pool = 0;

static inline void pause_briefly(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ __volatile__("yield");
#endif
}

static void take_tasks(ck_pool *pool) {
  inside_pool = 1;
  for (;;) {
    size_t task = atomic_fetch_add_explicit(&pool->next, 1, memory_order_relaxed);
    if (task >= pool->tasks) break;
    pool->body(pool->context, task);
  }
  inside_pool = 0;
}

static void be_member(ck_pool *pool, size_t number) {
  inside_pool = 1;
  pool->member_body(pool->context, number, &pool->barrier);
  inside_pool = 0;
}

static void *work(void *argument) {
  struct worker *worker = argument;
  ck_pool *pool = worker->pool;
  size_t number = worker->number, seen = 0;
  free(worker);
  for (;;) {
    size_t now = seen;
    for (int i = 0; i < PAUSES; i++) {
      now = atomic_load_explicit(&pool->generation, memory_order_acquire);
      if (now != seen) break;
      pause_briefly();
    }
    if (now == seen) {
      pthread_mutex_lock(&pool->mutex);
      while ((now = atomic_load_explicit(&pool->generation, memory_order_acquire)) == seen)
        pthread_cond_wait(&pool->work, &pool->mutex);
      pthread_mutex_unlock(&pool->mutex);
    }
    seen = now;
    if (atomic_load_explicit(&pool->stop, memory_order_acquire)) return 0;
    if (pool->member_body) be_member(pool, number);
    else take_tasks(pool);
    if (atomic_fetch_sub_explicit(&pool->running, 1, memory_order_acq_rel) == 1) {
      pthread_mutex_lock(&pool->mutex);
      pthread_cond_signal(&pool->done);
      pthread_mutex_unlock(&pool->mutex);
    }
  }
}

static void announce(ck_pool *pool) {
  pthread_mutex_lock(&pool->mutex);
  atomic_fetch_add_explicit(&pool->generation, 1, memory_order_acq_rel);
  pthread_cond_broadcast(&pool->work);
  pthread_mutex_unlock(&pool->mutex);
}

ck_pool *ck_pool_create(size_t threads) {
  ck_pool *pool = calloc(1, sizeof *pool);
  if (!pool) return 0;
  pthread_mutex_init(&pool->mutex, 0);
  pthread_mutex_init(&pool->run_mutex, 0);
  pthread_cond_init(&pool->work, 0);
  pthread_cond_init(&pool->done, 0);
  pool->threads = calloc(threads, sizeof *pool->threads);
  while (pool->threads && pool->workers + 1 < threads) {
    struct worker *worker = malloc(sizeof *worker);
    if (!worker) break;
    *worker = (struct worker){pool, pool->workers + 1};
    if (pthread_create(&pool->threads[pool->workers], 0, work, worker)) {
      free(worker);
      break;
    }
    pool->workers++;
  }
  pool->barrier.members = threads;
  pthread_mutex_init(&pool->barrier.mutex, 0);
  pthread_cond_init(&pool->barrier.passed, 0);
  if (!pool->threads || pool->workers + 1 < threads) {
    ck_pool_destroy(pool);
    return 0;
  }
  return pool;
}

void ck_pool_destroy(ck_pool *pool) {
  atomic_store_explicit(&pool->stop, 1, memory_order_release);
  announce(pool);
  for (size_t i = 0; i < pool->workers; i++) pthread_join(pool->threads[i], 0);
  free(pool->threads);
  pthread_mutex_destroy(&pool->mutex);
  pthread_mutex_destroy(&pool->run_mutex);
  pthread_cond_destroy(&pool->work);
  pthread_cond_destroy(&pool->done);
  pthread_mutex_destroy(&pool->barrier.mutex);
  pthread_cond_destroy(&pool->barrier.passed);
  free(pool);
}

// Starts the loop that the pool's fields describe, takes part in it as member 0, and waits for the others.
static void run(ck_pool *pool) {
  atomic_store_explicit(&pool->next, 0, memory_order_relaxed);
  atomic_store_explicit(&pool->running, pool->workers, memory_order_release);
  announce(pool);
  if (pool->member_body) be_member(pool, 0);
  else take_tasks(pool);
  int left = 1;
  for (int i = 0; i < PAUSES && (left = atomic_load_explicit(&pool->running, memory_order_acquire) != 0); i++)
    pause_briefly();
  if (left) {
    pthread_mutex_lock(&pool->mutex);
    while (atomic_load_explicit(&pool->running, memory_order_acquire) != 0)
      pthread_cond_wait(&pool->done, &pool->mutex);
    pthread_mutex_unlock(&pool->mutex);
  }
}

void ck_pool_run(ck_pool *pool, size_t tasks, task_body body, void *context) {
  if (tasks <= 1 || pool->workers == 0 || inside_pool) {
    for (size_t task = 0; task < tasks; task++) body(context, task);
    return;
  }
  pthread_mutex_lock(&pool->run_mutex);
  pool->tasks = tasks;
  pool->body = body;
  pool->member_body = 0;
  pool->context = context;
  run(pool);
  pthread_mutex_unlock(&pool->run_mutex);
}

void ck_pool_team(ck_pool *pool, team_body body, void *context) {
  if (pool->workers == 0 || inside_pool) {
    ck_barrier alone = {.members = 1};
    body(context, 0, &alone);
    return;
  }
  pthread_mutex_lock(&pool->run_mutex);
  pool->member_body = body;
  pool->context = context;
  run(pool);
  pthread_mutex_unlock(&pool->run_mutex);
}

size_t ck_barrier_members(const ck_barrier *barrier) { return barrier->members; }

void ck_barrier_wait(ck_barrier *barrier) {
  if (barrier->members == 1) return;
  size_t phase = atomic_load_explicit(&barrier->phase, memory_order_acquire);
  if (atomic_fetch_add_explicit(&barrier->arrived, 1, memory_order_acq_rel) + 1 == barrier->members) {
    atomic_store_explicit(&barrier->arrived, 0, memory_order_relaxed);
    // Sequentially consistent with a sleeper's count and look: one of the two sees the other.
    atomic_store(&barrier->phase, phase + 1);
    if (atomic_load(&barrier->sleepers) == 0) return;
    pthread_mutex_lock(&barrier->mutex);
    pthread_cond_broadcast(&barrier->passed);
    pthread_mutex_unlock(&barrier->mutex);
    return;
  }
  for (int i = 0; i < PAUSES; i++) {
    if (atomic_load_explicit(&barrier->phase, memory_order_acquire) != phase) return;
    pause_briefly();
  }
  pthread_mutex_lock(&barrier->mutex);
  atomic_fetch_add(&barrier->sleepers, 1);
  while (atomic_load(&barrier->phase) == phase) pthread_cond_wait(&barrier->passed, &barrier->mutex);
  atomic_fetch_sub(&barrier->sleepers, 1);
  pthread_mutex_unlock(&barrier->mutex);
}

size_t ck_available_cores(void) {
#if defined(__linux__)
  cpu_set_t set;
  if (!sched_getaffinity(0, sizeof set, &set) && CPU_COUNT(&set) > 0) return (size_t)CPU_COUNT(&set);
#endif
  long online = sysconf(_SC_NPROCESSORS_ONLN);
  return online > 0 ? (size_t)online : 1;
}
