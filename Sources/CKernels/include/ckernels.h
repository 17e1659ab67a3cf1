// The numeric kernels that OpenBLAS does not have, in fp32, with run-time choice of the instruction set.
//
// Shapes are row-major. `ld` is the distance between two rows in floats. Letters: T rows, D width, H heads,
// C head size, F feed-forward width, V vocabulary. Outputs marked "+=" are added to.
//
// Every kernel treats a row independently of how many rows there are and of where in the batch it stands:
// the same row gives the same bits. Levels differ from each other in rounding.
#ifndef APUS_CKERNELS_H
#define APUS_CKERNELS_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// ---- instruction sets ----------------------------------------------------------------------------------

enum ck_level { CK_REFERENCE = 0, CK_BASELINE = 1, CK_AVX2 = 2, CK_AVX512 = 3, CK_AVX512_BF16 = 4 };

// Best level of this CPU. On 64-bit Arm, CK_BASELINE is NEON; on x86-64 it is SSE2.
int ck_best_level(void);
const char *ck_level_name(int level);

// Keys per block of the key cache, on every level.
#define CK_KEY_BLOCK 64

// ---- generation ----------------------------------------------------------------------------------------

// How packed weights are stored. Products are of fp32 activations, with CK_BF16_BOTH of activations rounded to bf16 as
// well; they are added up in fp32.
enum ck_format { CK_F32 = 0, CK_BF16 = 1, CK_I8 = 2, CK_BF16_BOTH = 3 };

// A linear layer with packed weights.
typedef struct ck_linear {
  int format;
  int paired;      // outputs are F gates, then F ups, and the layer gives silu(gate) * up
  int accumulate;  // adds to y
  const void *weights;
  const float *scales;  // CK_I8: one per column of the panels
  const float *bias;    // [outputs] or NULL
  float *scratch;       // CK_BF16_BOTH: rows * inputs numbers, used by this call only
  size_t outputs, inputs;
} ck_linear;

// Blocks of CK_KEY_BLOCK positions of a sequence, in CK_F32 or CK_BF16: block i begins at number ids[i] * stride of
// base, and at `offset` in it lie the keys of one layer and head as [cols][64], then the values as [64][cols].
typedef struct ck_blocks {
  const void *base;
  const int32_t *ids;
  size_t stride;
  int format;
} ck_blocks;

// ---- the kernels ---------------------------------------------------------------------------------------

// One entry per kernel.
typedef struct ck_table {
  // y[r, h] = x[r, h] * w / rms(x[r, h]) over `cols` values; heads lie side by side in a row; rstd [rows, heads] out.
  void (*rmsnorm_forward)(const float *x, size_t ldx, const float *w, size_t rows, size_t heads, size_t cols,
                          float eps, float *y, size_t ldy, float *rstd);
  // dx = or += (accumulate) gradient; dw [cols] +=.
  void (*rmsnorm_backward)(const float *dy, size_t lddy, const float *x, size_t ldx, const float *w,
                           const float *rstd, size_t rows, size_t heads, size_t cols, float *dx, size_t lddx,
                           int accumulate, float *dw);
  // Rotates pairs (i, i + cols/2) of each head by the angle of the row's position; tables [positions, cols/2].
  // direction +1 forward, -1 backward.
  void (*rope)(float *x, size_t ld, const int32_t *positions, const float *cosines, const float *sines,
               size_t rows, size_t heads, size_t cols, float direction);
  // out[r, i] = silu(gate[r, i]) * up[r, i]; gate_up [rows, 2F]: gate first, then up.
  void (*silu_mul_forward)(const float *gate_up, size_t rows, size_t width, float *out);
  void (*silu_mul_backward)(const float *gate_up, const float *dout, size_t rows, size_t width, float *dgate_up);
  // Per row: log softmax(logits / T)[target], entropy of it in nats, log-sum-exp of logits / T.
  void (*logprob_forward)(const float *logits, size_t rows, size_t vocab, float inverse_temperature,
                          const int32_t *targets, float *logprobs, float *entropies, float *lse);
  // logits become dL/dlogits, given dL/dlogprob and dL/dentropy per row.
  void (*logprob_backward)(float *logits, size_t rows, size_t vocab, float inverse_temperature,
                           const int32_t *targets, const float *lse, const float *entropies,
                           const float *dlogprobs, const float *dentropies);
  // Causal softmax of one block of attention scores, online: scores [rows, cols] become exp(scale*s - m), where row r
  // sees columns 0 ... visible0 + r only; m [rows], l [rows] running maximum and sum; rescale [rows] out.
  void (*softmax_block)(float *scores, size_t ld, size_t rows, size_t cols, ptrdiff_t visible0, float scale,
                        float *m, float *l, float *rescale);
  // scores become p = exp(scale*s - lse), dp becomes ds = scale * p * (dp - delta); same causal rule.
  void (*softmax_block_backward)(float *scores, float *dp, size_t ld, size_t rows, size_t cols, ptrdiff_t visible0,
                                 float scale, const float *lse, const float *delta);
  // Number of panels of panel_width outputs; where gate and up are paired, of half as many pairs.
  size_t (*linear_panels)(size_t outputs, int paired);
  // Bytes of the packed weights.
  size_t (*packed_bytes)(size_t outputs, size_t inputs, int format, int paired);
  // Weights [outputs, inputs] into panels first ..< last; `scales` [panels * panel_width] only for CK_I8.
  void (*pack_linear)(const float *w, size_t outputs, size_t inputs, int format, int paired, void *packed,
                      float *scales, size_t first_panel, size_t last_panel);
  // y[r, n] = (accumulate: +=) sum over k in order of x[r, k] w[n, k] + bias[n], in fp32, for the outputs of panels
  // first ..< last; paired: y[r, i] = silu(gate_i) * up_i of the two sums.
  void (*linear)(const ck_linear *layer, const float *x, size_t ldx, float *y, size_t ldy, size_t rows,
                 size_t first_panel, size_t last_panel);
  size_t panel_width;
  // Writes keys and values [heads * cols] of one position into a layer's part of a block.
  void (*store_position)(const float *key, const float *value, size_t heads, size_t cols, int format, void *block,
                         size_t slot);
  // `heads` queries side by side [heads, cols] that share one key/value head, over positions 0 ..< count.
  // `afterwards`: keys that the next call will begin with, fetched ahead; any address will do.
  void (*attend_blocks)(const float *query, size_t heads, const ck_blocks *blocks, size_t offset, size_t count,
                        size_t cols, float scale, const void *afterwards, float *out);
  // Inverts the cumulative distribution of softmax(logits / T) in the order of tokens at `uniform` in [0, 1).
  // scratch [vocab]; *logprob of the token, nats.
  int32_t (*draw_token)(const float *logits, size_t vocab, float inverse_temperature, float uniform, float *scratch,
                        float *logprob);
  // p, m, v updated in place. Decoupled decay; c1 = 1/(1-b1^t), c2 = 1/(1-b2^t); gradient times gscale first.
  void (*adamw)(float *p, const float *g, float *m, float *v, size_t n, float gscale, float lr, float b1, float b2,
                float eps, float decay, float c1, float c2);
  // Sum of squares in double, in a fixed order.
  double (*sum_of_squares)(const float *x, size_t n);
  // y += a * x
  void (*axpy)(float a, const float *x, float *y, size_t n);
  // out[j] += sum over rows of x[r, j]
  void (*column_sums)(const float *x, size_t ld, size_t rows, size_t cols, float *out);
  // out[r] = a[r] . b[r] over cols
  void (*row_dots)(const float *a, size_t lda, const float *b, size_t ldb, size_t rows, size_t cols, float *out);
  // x[r, :] *= s[r]
  void (*scale_rows)(float *x, size_t ld, const float *s, size_t rows, size_t cols);
  // probabilities softmax(logits / T) of one row; returns the log-sum-exp of logits / T.
  float (*softmax_row)(const float *logits, size_t vocab, float inverse_temperature, float *probabilities);

  // Products in bf16 with fp32 sums. A word holds two bf16 that follow each other along the axis that is summed over;
  // pairs = (k + 1) / 2, and an odd last one has zero for a partner. Words of a matrix lie as
  //   rows    [rows][pairs]
  //   panels  [columns / panel_width][pairs][panel_width], filled up with zeros.
  // x [rows, k] to rows.
  void (*round_left)(const float *x, size_t ld, size_t rows, size_t k, uint32_t *out);
  // x [k, columns] to panels first ..< last.
  void (*round_right)(const float *x, size_t ld, size_t k, size_t columns, uint32_t *panels, size_t first,
                        size_t last);
  // x [columns, k] to panels first ..< last.
  void (*round_right_transposed)(const float *x, size_t ld, size_t columns, size_t k, uint32_t *panels, size_t first,
                           size_t last);
  // c [rows, columns] = or += (accumulate) a b: a as rows, or as panels of its rows (in_panels); b as panels of `held`
  // pairs, of which those of the first k are used.
  void (*rounded_product)(const uint32_t *a, int in_panels, const uint32_t *b, size_t held, size_t k, size_t rows,
                          size_t columns, float *c, size_t ldc, int accumulate);
} ck_table;

// The table of one level; NULL where the CPU lacks it.
const ck_table *ck_table_of(int level);

// ---- thread pool ---------------------------------------------------------------------------------------

typedef struct ck_pool ck_pool;
// `threads` counts the caller. NULL when threads cannot be made.
ck_pool *ck_pool_create(size_t threads);
void ck_pool_destroy(ck_pool *pool);
// Runs body(context, task) for task 0 ..< tasks on the pool and the caller; returns when all are done.
// Waiting threads pause at most some thousand times, then sleep. A call from inside a body runs in line.
void ck_pool_run(ck_pool *pool, size_t tasks, void (*body)(void *context, size_t task), void *context);

// Runs body once on every thread at the same time, so that its members can meet at the barrier: between two meetings
// each works on its part. A call from inside a body is a team of one.
typedef struct ck_barrier ck_barrier;
void ck_pool_team(ck_pool *pool, void (*body)(void *context, size_t member, ck_barrier *barrier), void *context);
size_t ck_barrier_members(const ck_barrier *barrier);
void ck_barrier_wait(ck_barrier *barrier);

// Cores that the scheduler lets this process use.
size_t ck_available_cores(void);

// ---- memory --------------------------------------------------------------------------------------------

// Address space whose pages become memory when first written; large pages where the system gives them. NULL: refused.
void *ck_reserve(size_t bytes);
void ck_unreserve(void *memory, size_t bytes);

// Memory aligned to cache lines, in large pages where it is large; NULL: refused.
void *ck_allocate(size_t bytes);
void ck_free(void *memory);
// How often memory was allocated so far, or scratch memory grew.
size_t ck_allocations(void);

// Memory of the calling thread for work in progress, aligned to cache lines: at least `bytes`, of unspecified content, the
// same again at the next call for that slot unless it has to grow. Freed when the thread ends. NULL: refused.
enum ck_scratch_slot { CK_SCRATCH_SHARED = 0, CK_SCRATCH_OWN = 1, CK_SCRATCH_SLOTS = 2 };
void *ck_scratch(enum ck_scratch_slot slot, size_t bytes);

// ---- digests -------------------------------------------------------------------------------------------

// SHA-256 of two messages of one length, 32 bytes each into `digests`. 0: this CPU has no instructions for it, nothing done.
int ck_sha256_pair(const uint8_t *first, const uint8_t *second, size_t bytes, uint8_t *digests);

// ---- process start -------------------------------------------------------------------------------------

// The BLAS core asked for on the command line (`--blas-core NAME`), or NULL. See blas_environment.c.
const char *ck_requested_blas_core(void);
// Number of environment variables that were hidden from OpenBLAS.
int ck_hidden_blas_variables(void);

#ifdef __cplusplus
}
#endif
#endif
