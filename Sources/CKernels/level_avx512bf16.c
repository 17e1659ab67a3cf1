// AVX-512 with products of bf16 pairs (Zen 4, Cooper Lake and later); all else is as in level_avx512.c.
#if defined(__x86_64__)
#include <immintrin.h>
#pragma clang attribute push( \
    __attribute__((target("avx2,fma,bmi2,avx512f,avx512bw,avx512vl,avx512dq,avx512bf16"), min_vector_width(512))), \
    apply_to = function)
#define W 16
#define ROWS 8
#define PAIRS 1
#define LEVEL avx512bf16
#include "kernels.inc"
#pragma clang attribute pop
#else
typedef int apus_no_avx512bf16_here;
#endif
