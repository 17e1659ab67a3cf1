// OpenBLAS chooses its kernels in a constructor of its shared library, from the CPU and from environment variables:
// a stale OPENBLAS_CORETYPE halves its speed, and main() comes too late to do anything about it. Functions in
// .preinit_array run before every constructor of every shared library, so here the variables that steer OpenBLAS are
// taken out of the environment, and the core asked for with `--blas-core NAME` is put in.

#include <string.h>

#include "ckernels.h"

static int hidden = 0;
static const char *requested = 0;

const char *ck_requested_blas_core(void) { return requested; }
int ck_hidden_blas_variables(void) { return hidden; }

#if defined(__linux__)

static char core_setting[64] = "OPENBLAS_CORETYPE=";

static int steers_blas(const char *entry) {
  static const char *const prefixes[] = {"OPENBLAS_", "GOTOBLAS_", "GOTO_NUM_THREADS=", "OMP_NUM_THREADS="};
  for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++)
    if (!strncmp(entry, prefixes[i], strlen(prefixes[i]))) return 1;
  return 0;
}

static void prepare_blas_environment(int argc, char **argv, char **envp) {
  for (int i = 1; i + 1 < argc; i++)
    if (!strcmp(argv[i], "--blas-core") && strlen(argv[i + 1]) < 40) requested = argv[i + 1];
  char **kept = envp;
  int room = 0;
  for (char **entry = envp; *entry; entry++) {
    if (steers_blas(*entry)) {
      hidden++;
      // The slot of a variable that goes is where the setting that comes can stand.
      if (requested && !room) {
        room = 1;
        *kept++ = strcat(core_setting, requested);
      }
    } else {
      *kept++ = *entry;
    }
  }
  *kept = 0;
}

__attribute__((section(".preinit_array"), used)) static void (*const before_every_library)(int, char **, char **) =
    prepare_blas_environment;

#endif
