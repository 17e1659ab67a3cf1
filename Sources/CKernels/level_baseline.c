// What every CPU of the architecture has: SSE2 on x86-64, NEON on 64-bit Arm.
#define W 4
#define ROWS 4
#define LEVEL baseline
#include "kernels.inc"
