#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2,fma,bmi2"))), apply_to = function)
#define W 8
#define ROWS 6
#define LEVEL avx2
#include "kernels.inc"
#pragma clang attribute pop
#else
typedef int apus_no_avx2_here;
#endif
