#define _GNU_SOURCE  // madvise
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "ckernels.h"

void *ck_reserve(size_t bytes) {
  int flags = MAP_PRIVATE | MAP_ANONYMOUS;
#if defined(MAP_NORESERVE)
  flags |= MAP_NORESERVE;
#endif
  void *memory = mmap(0, bytes, PROT_READ | PROT_WRITE, flags, -1, 0);
  if (memory == MAP_FAILED) return 0;
#if defined(MADV_HUGEPAGE)
  madvise(memory, bytes, MADV_HUGEPAGE);
#endif
  return memory;
}

void ck_unreserve(void *memory, size_t bytes) { munmap(memory, bytes); }

static atomic_size_t allocations;

size_t ck_allocations(void) { return atomic_load_explicit(&allocations, memory_order_relaxed); }

void *ck_allocate(size_t bytes) {
  enum { LARGE = 2 << 20 };
  void *memory = 0;
  atomic_fetch_add_explicit(&allocations, 1, memory_order_relaxed);
  if (posix_memalign(&memory, bytes >= 2 * LARGE ? LARGE : 64, bytes)) return 0;
#if defined(MADV_HUGEPAGE)
  if (bytes >= 2 * LARGE) madvise(memory, bytes / LARGE * LARGE, MADV_HUGEPAGE);
#endif
  return memory;
}

void ck_free(void *memory) { free(memory); }

struct scratch {
  void *memory[CK_SCRATCH_SLOTS];
  size_t bytes[CK_SCRATCH_SLOTS];
};

static pthread_key_t scratch_key;
static pthread_once_t scratch_once = PTHREAD_ONCE_INIT;
static int scratch_key_failed;

static void free_scratch(void *value) {
  struct scratch *scratch = value;
  for (int slot = 0; slot < CK_SCRATCH_SLOTS; slot++)
    if (scratch->memory[slot]) ck_unreserve(scratch->memory[slot], scratch->bytes[slot]);
  free(scratch);
}

static void make_scratch_key(void) { scratch_key_failed = pthread_key_create(&scratch_key, free_scratch); }

void *ck_scratch(enum ck_scratch_slot slot, size_t bytes) {
  pthread_once(&scratch_once, make_scratch_key);
  if (scratch_key_failed) return 0;
  struct scratch *scratch = pthread_getspecific(scratch_key);
  if (!scratch) {
    scratch = calloc(1, sizeof *scratch);
    if (!scratch) return 0;
    if (pthread_setspecific(scratch_key, scratch)) {
      free(scratch);
      return 0;
    }
  }
  if (scratch->bytes[slot] < bytes) {
    if (scratch->memory[slot]) ck_unreserve(scratch->memory[slot], scratch->bytes[slot]);
    atomic_fetch_add_explicit(&allocations, 1, memory_order_relaxed);
    size_t page = 64 * 1024, rounded = (bytes + page - 1) / page * page;
    scratch->memory[slot] = ck_reserve(rounded);
    scratch->bytes[slot] = scratch->memory[slot] ? rounded : 0;
  }
  return scratch->memory[slot];
}
