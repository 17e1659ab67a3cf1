#include "ckernels.h"

extern const ck_table ck_table_reference, ck_table_baseline;
#if defined(__x86_64__)
extern const ck_table ck_table_avx2, ck_table_avx512, ck_table_avx512bf16;
#endif

const ck_table *ck_table_of(int level) {
  switch (level) {
    case CK_REFERENCE: return &ck_table_reference;
    case CK_BASELINE: return &ck_table_baseline;
#if defined(__x86_64__)
    case CK_AVX2:
      __builtin_cpu_init();
      return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi2")
                 ? &ck_table_avx2
                 : 0;
    case CK_AVX512:
      __builtin_cpu_init();
      return ck_table_of(CK_AVX2) && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                     __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq")
                 ? &ck_table_avx512
                 : 0;
    case CK_AVX512_BF16:
      __builtin_cpu_init();
      return ck_table_of(CK_AVX512) && __builtin_cpu_supports("avx512bf16") ? &ck_table_avx512bf16 : 0;
#endif
    default: return 0;
  }
}

int ck_best_level(void) {
  for (int level = CK_AVX512_BF16; level > CK_BASELINE; level--)
    if (ck_table_of(level)) return level;
  return CK_BASELINE;
}

const char *ck_level_name(int level) {
  switch (level) {
    case CK_REFERENCE: return "reference";
#if defined(__x86_64__)
    case CK_BASELINE: return "sse2";
#else
    case CK_BASELINE: return "neon";
#endif
    case CK_AVX2: return "avx2";
    case CK_AVX512: return "avx512";
    case CK_AVX512_BF16: return "avx512bf16";
    default: return "unknown";
  }
}
