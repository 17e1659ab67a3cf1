#if defined(__x86_64__)
#pragma clang attribute push( \
    __attribute__((target("avx2,fma,bmi2,avx512f,avx512bw,avx512vl,avx512dq"), min_vector_width(512))), apply_to = function)
#define W 16
#define ROWS 8
#define LEVEL avx512
#include "kernels.inc"
#pragma clang attribute pop
#else
typedef int apus_no_avx512_here;
#endif
