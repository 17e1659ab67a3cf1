// The kernels as one would write them on a whiteboard, in double where sums are long. The other levels are tested
// against these; nothing else runs them.

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ckernels.h"

static void rmsnorm_forward(const float *x, size_t ldx, const float *w, size_t rows, size_t heads, size_t cols,
                            float eps, float *y, size_t ldy, float *rstd) {
  for (size_t r = 0; r < rows; r++)
    for (size_t h = 0; h < heads; h++) {
      double s = 0;
      for (size_t i = 0; i < cols; i++) s += (double)x[r * ldx + h * cols + i] * x[r * ldx + h * cols + i];
      double k = 1 / sqrt(s / (double)cols + eps);
      if (rstd) rstd[r * heads + h] = (float)k;
      for (size_t i = 0; i < cols; i++) y[r * ldy + h * cols + i] = (float)(x[r * ldx + h * cols + i] * k * w[i]);
    }
}

static void rmsnorm_backward(const float *dy, size_t lddy, const float *x, size_t ldx, const float *w,
                             const float *rstd, size_t rows, size_t heads, size_t cols, float *dx, size_t lddx,
                             int accumulate, float *dw) {
  for (size_t r = 0; r < rows; r++)
    for (size_t h = 0; h < heads; h++) {
      double k = rstd[r * heads + h], s = 0;
      for (size_t i = 0; i < cols; i++) {
        double n = x[r * ldx + h * cols + i] * k, g = dy[r * lddy + h * cols + i];
        s += g * w[i] * n;
        dw[i] += (float)(g * n);
      }
      for (size_t i = 0; i < cols; i++) {
        double n = x[r * ldx + h * cols + i] * k;
        double d = k * (dy[r * lddy + h * cols + i] * (double)w[i] - n * s / (double)cols);
        float *out = dx + r * lddx + h * cols + i;
        *out = (float)(accumulate ? *out + d : d);
      }
    }
}

static void rope(float *x, size_t ld, const int32_t *positions, const float *cosines, const float *sines, size_t rows,
                 size_t heads, size_t cols, float direction) {
  size_t half = cols / 2;
  for (size_t r = 0; r < rows; r++)
    for (size_t h = 0; h < heads; h++)
      for (size_t i = 0; i < half; i++) {
        float *lower = x + r * ld + h * cols + i, *upper = lower + half;
        float c = cosines[(size_t)positions[r] * half + i], s = direction * sines[(size_t)positions[r] * half + i];
        float a = *lower, b = *upper;
        *lower = a * c - b * s;
        *upper = b * c + a * s;
      }
}

static double sigmoid(double x) { return 1 / (1 + exp(-x)); }

static void silu_mul_forward(const float *gate_up, size_t rows, size_t width, float *out) {
  for (size_t r = 0; r < rows; r++)
    for (size_t i = 0; i < width; i++) {
      double g = gate_up[r * 2 * width + i], u = gate_up[r * 2 * width + width + i];
      out[r * width + i] = (float)(g * sigmoid(g) * u);
    }
}

static void silu_mul_backward(const float *gate_up, const float *dout, size_t rows, size_t width, float *dgate_up) {
  for (size_t r = 0; r < rows; r++)
    for (size_t i = 0; i < width; i++) {
      double g = gate_up[r * 2 * width + i], u = gate_up[r * 2 * width + width + i], d = dout[r * width + i];
      double s = sigmoid(g);
      dgate_up[r * 2 * width + i] = (float)(d * u * s * (1 + g * (1 - s)));
      dgate_up[r * 2 * width + width + i] = (float)(d * g * s);
    }
}

// The largest of row * scale, and the log of the sum of exp of what the others are below it.
static double log_sum_exp(const float *row, size_t n, double scale, double *maximum) {
  double s = 0;
  *maximum = -INFINITY;
  for (size_t i = 0; i < n; i++) *maximum = fmax(*maximum, row[i] * scale);
  for (size_t i = 0; i < n; i++) s += exp(row[i] * scale - *maximum);
  return log(s);
}

static void logprob_forward(const float *logits, size_t rows, size_t vocab, float inverse_temperature,
                            const int32_t *targets, float *logprobs, float *entropies, float *lse) {
  for (size_t r = 0; r < rows; r++) {
    const float *row = logits + r * vocab;
    double maximum, total = log_sum_exp(row, vocab, inverse_temperature, &maximum), entropy = 0;
    for (size_t i = 0; i < vocab; i++) {
      double logp = row[i] * (double)inverse_temperature - maximum - total, p = exp(logp);
      entropy -= p == 0 ? 0 : p * logp;
    }
    logprobs[r] = (float)(row[targets[r]] * (double)inverse_temperature - maximum - total);
    entropies[r] = (float)entropy;
    lse[r] = (float)(maximum + total);
  }
}

static void logprob_backward(float *logits, size_t rows, size_t vocab, float inverse_temperature,
                             const int32_t *targets, const float *lse, const float *entropies, const float *dlogprobs,
                             const float *dentropies) {
  for (size_t r = 0; r < rows; r++) {
    float *row = logits + r * vocab;
    double dh = dentropies ? dentropies[r] : 0;
    for (size_t i = 0; i < vocab; i++) {
      double logp = row[i] * (double)inverse_temperature - lse[r], p = exp(logp);
      double d = dlogprobs[r] * ((i == (size_t)targets[r] ? 1.0 : 0.0) - p);
      if (p != 0) d -= dh * p * (logp + entropies[r]);
      row[i] = (float)(d * inverse_temperature);
    }
  }
}

static int is_visible(size_t row, size_t col, ptrdiff_t visible0) { return (ptrdiff_t)col <= visible0 + (ptrdiff_t)row; }

static void softmax_block(float *scores, size_t ld, size_t rows, size_t cols, ptrdiff_t visible0, float scale,
                          float *m, float *l, float *rescale) {
  for (size_t r = 0; r < rows; r++) {
    float *row = scores + r * ld;
    double now = m[r], s = 0;
    for (size_t i = 0; i < cols; i++)
      if (is_visible(r, i, visible0)) now = fmax(now, (double)row[i] * scale);
    for (size_t i = 0; i < cols; i++) {
      double e = is_visible(r, i, visible0) ? exp((double)row[i] * scale - now) : 0;
      row[i] = (float)e;
      s += e;
    }
    double factor = !is_visible(r, 0, visible0) ? 1 : m[r] == -INFINITY ? 0 : exp(m[r] - now);
    rescale[r] = (float)factor;
    l[r] = (float)(l[r] * factor + s);
    m[r] = (float)now;
  }
}

static void softmax_block_backward(float *scores, float *dp, size_t ld, size_t rows, size_t cols, ptrdiff_t visible0,
                                   float scale, const float *lse, const float *delta) {
  for (size_t r = 0; r < rows; r++)
    for (size_t i = 0; i < cols; i++) {
      double p = is_visible(r, i, visible0) ? exp((double)scores[r * ld + i] * scale - lse[r]) : 0;
      scores[r * ld + i] = (float)p;
      dp[r * ld + i] = p == 0 ? 0 : (float)(p * (dp[r * ld + i] - (double)delta[r]) * scale);
    }
}

static size_t linear_panels(size_t outputs, int paired) { return paired ? outputs / 2 : outputs; }

static size_t packed_bytes(size_t outputs, size_t inputs, int format, int paired) {
  (void)format, (void)paired;
  return outputs * inputs * sizeof(float);
}

static float bf16_rounded(float x) {
  // Of the two neighbors with 16 bits the nearer one, at a tie the even one.
  uint32_t bits;
  memcpy(&bits, &x, sizeof bits);
  if (x != x) return x;
  uint32_t low = bits & 0xffff, rest = bits - low;
  if (low > 0x8000 || (low == 0x8000 && (rest & 0x10000))) rest += 0x10000;
  memcpy(&x, &rest, sizeof x);
  return x;
}

// Weights stay fp32 in memory here, rounded to what the format can hold.
static void pack_linear(const float *w, size_t outputs, size_t inputs, int format, int paired, void *packed,
                        float *scales, size_t first_panel, size_t last_panel) {
  size_t per = paired ? 2 : 1;
  for (size_t n = 0; n < outputs; n++) {
    size_t panel = paired ? n % (outputs / 2) : n, column = paired ? n / (outputs / 2) : 0;
    if (panel < first_panel || panel >= last_panel) continue;
    float largest = 0, *out = (float *)packed + (panel * per + column) * inputs;
    int finite = 1;
    for (size_t k = 0; k < inputs; k++) {
      largest = fmaxf(largest, fabsf(w[n * inputs + k]));
      finite = finite && isfinite(w[n * inputs + k]);
    }
    if (!finite || !isfinite(127.0f / largest)) largest = 0;
    if (format == CK_I8) scales[panel * per + column] = finite ? largest / 127.0f : NAN;
    for (size_t k = 0; k < inputs; k++) {
      float v = w[n * inputs + k];
      out[k] = format == CK_F32 ? v : format != CK_I8 ? bf16_rounded(v) : largest > 0 ? __builtin_roundevenf(v * (127.0f / largest)) : 0;
    }
  }
}

static void linear(const ck_linear *layer, const float *x, size_t ldx, float *y, size_t ldy, size_t rows,
                   size_t first_panel, size_t last_panel) {
  size_t per = layer->paired ? 2 : 1;
  for (size_t r = 0; r < rows; r++)
    for (size_t p = first_panel; p < last_panel; p++) {
      double sums[2] = {0, 0};
      for (size_t column = 0; column < per; column++) {
        const float *w = (const float *)layer->weights + (p * per + column) * layer->inputs;
        for (size_t k = 0; k < layer->inputs; k++) {
          float value = x[r * ldx + k];
          sums[column] += (double)(layer->format == CK_BF16_BOTH ? bf16_rounded(value) : value) * w[k];
        }
        if (layer->format == CK_I8) sums[column] *= layer->scales[p * per + column];
        if (layer->bias) sums[column] += layer->bias[column * layer->outputs / 2 + p];
      }
      float *out = y + r * ldy + p;
      if (layer->paired) *out = (float)(sums[0] * sigmoid(sums[0]) * sums[1]);
      else *out = (float)(layer->accumulate ? *out + sums[0] : sums[0]);
    }
}

static size_t stored_bytes(int format) { return format == CK_F32 ? 4 : 2; }

static double stored(const void *base, size_t i, int format) {
  if (format == CK_F32) return ((const float *)base)[i];
  uint32_t bits = (uint32_t)((const uint16_t *)base)[i] << 16;
  float x;
  memcpy(&x, &bits, sizeof x);
  return x;
}

static void store_position(const float *key, const float *value, size_t heads, size_t cols, int format, void *block,
                           size_t slot) {
  for (size_t h = 0; h < heads; h++)
    for (size_t c = 0; c < cols; c++) {
      size_t places[2] = {h * 2 * cols * CK_KEY_BLOCK + c * CK_KEY_BLOCK + slot,
                          (h * 2 + 1) * cols * CK_KEY_BLOCK + slot * cols + c};
      for (int which = 0; which < 2; which++) {
        float x = (which ? value : key)[h * cols + c];
        char *to = (char *)block + places[which] * stored_bytes(format);
        uint32_t bits;
        if (format == CK_BF16) x = bf16_rounded(x);
        memcpy(&bits, &x, sizeof bits);
        if (format == CK_F32) memcpy(to, &bits, 4);
        else *(uint16_t *)to = (uint16_t)(bits >> 16);
      }
    }
}

static void attend_blocks(const float *query, size_t heads, const ck_blocks *blocks, size_t offset, size_t count,
                          size_t cols, float scale, const void *afterwards, float *out) {
  (void)afterwards;
  double *scores = malloc(count * sizeof(double));
  for (size_t h = 0; h < heads; h++) {
    double maximum = -INFINITY, sum = 0;
    for (size_t i = 0; i < count; i++) {
      size_t keys = (size_t)blocks->ids[i / CK_KEY_BLOCK] * blocks->stride + offset + i % CK_KEY_BLOCK;
      scores[i] = 0;
      for (size_t c = 0; c < cols; c++)
        scores[i] += query[h * cols + c] * stored(blocks->base, keys + c * CK_KEY_BLOCK, blocks->format) * scale;
      maximum = fmax(maximum, scores[i]);
    }
    for (size_t i = 0; i < count; i++) sum += scores[i] = exp(scores[i] - maximum);
    for (size_t c = 0; c < cols; c++) {
      double total = 0;
      for (size_t i = 0; i < count; i++) {
        size_t values = (size_t)blocks->ids[i / CK_KEY_BLOCK] * blocks->stride + offset + cols * CK_KEY_BLOCK;
        total += scores[i] * stored(blocks->base, values + i % CK_KEY_BLOCK * cols + c, blocks->format);
      }
      out[h * cols + c] = (float)(total / sum);
    }
  }
  free(scores);
}

static void adamw(float *p, const float *g, float *m, float *v, size_t n, float gscale, float lr, float b1, float b2,
                  float eps, float decay, float c1, float c2) {
  for (size_t i = 0; i < n; i++) {
    double grad = (double)g[i] * gscale;
    double first = (double)b1 * m[i] + (1 - (double)b1) * grad, second = (double)b2 * v[i] + (1 - (double)b2) * grad * grad;
    m[i] = (float)first;
    v[i] = (float)second;
    p[i] = (float)(p[i] * (1 - (double)lr * decay) - lr * (first * c1) / (sqrt(second * c2) + eps));
  }
}

static double sum_of_squares(const float *x, size_t n) {
  double s = 0;
  for (size_t i = 0; i < n; i++) s += (double)x[i] * x[i];
  return s;
}

static void axpy(float a, const float *x, float *y, size_t n) {
  for (size_t i = 0; i < n; i++) y[i] += a * x[i];
}

static void column_sums(const float *x, size_t ld, size_t rows, size_t cols, float *out) {
  for (size_t j = 0; j < cols; j++) {
    double s = 0;
    for (size_t r = 0; r < rows; r++) s += x[r * ld + j];
    out[j] += (float)s;
  }
}

static void row_dots(const float *a, size_t lda, const float *b, size_t ldb, size_t rows, size_t cols, float *out) {
  for (size_t r = 0; r < rows; r++) {
    double s = 0;
    for (size_t i = 0; i < cols; i++) s += (double)a[r * lda + i] * b[r * ldb + i];
    out[r] = (float)s;
  }
}

static void scale_rows(float *x, size_t ld, const float *s, size_t rows, size_t cols) {
  for (size_t r = 0; r < rows; r++)
    for (size_t i = 0; i < cols; i++) x[r * ld + i] *= s[r];
}

static float softmax_row(const float *logits, size_t vocab, float inverse_temperature, float *probabilities) {
  double maximum, total = log_sum_exp(logits, vocab, inverse_temperature, &maximum);
  for (size_t i = 0; i < vocab; i++)
    probabilities[i] = (float)exp(logits[i] * (double)inverse_temperature - maximum - total);
  return (float)(maximum + total);
}

static int32_t draw_token(const float *logits, size_t vocab, float inverse_temperature, float uniform, float *scratch,
                          float *logprob) {
  double maximum, total = log_sum_exp(logits, vocab, inverse_temperature, &maximum), whole = 0, sum = 0;
  softmax_row(logits, vocab, inverse_temperature, scratch);
  for (size_t i = 0; i < vocab; i++) whole += scratch[i];
  size_t token = 0;
  for (size_t i = 0; i < vocab && sum <= (uniform + 0x1p-25) * whole; i++)
    if (scratch[i] > 1e-30f) {
      sum += scratch[i];
      token = i;
    }
  *logprob = (float)(logits[token] * (double)inverse_temperature - maximum - total);
  return (int32_t)token;
}

static uint32_t rounded_word(float first, float second) {
  float values[2] = {first, second};
  uint32_t bits[2];
  memcpy(bits, values, sizeof bits);
  for (int i = 0; i < 2; i++)
    bits[i] = values[i] != values[i] ? (bits[i] >> 16) | 0x40 : (bits[i] + 0x7fff + ((bits[i] >> 16) & 1)) >> 16;
  return bits[0] | bits[1] << 16;
}

static void word_values(uint32_t word, float *first, float *second) {
  uint32_t bits[2] = {word << 16, word & 0xffff0000u};
  memcpy(first, &bits[0], sizeof *first);
  memcpy(second, &bits[1], sizeof *second);
}

static void round_left(const float *x, size_t ld, size_t rows, size_t k, uint32_t *out) {
  for (size_t r = 0; r < rows; r++)
    for (size_t i = 0; i < k; i += 2) *out++ = rounded_word(x[r * ld + i], i + 1 < k ? x[r * ld + i + 1] : 0);
}

static void round_right(const float *x, size_t ld, size_t k, size_t columns, uint32_t *panels, size_t first,
                          size_t last) {
  (void)columns;
  for (size_t c = first; c < last; c++)
    for (size_t i = 0; i < k; i += 2)
      panels[c * ((k + 1) / 2) + i / 2] = rounded_word(x[i * ld + c], i + 1 < k ? x[(i + 1) * ld + c] : 0);
}

static void round_right_transposed(const float *x, size_t ld, size_t columns, size_t k, uint32_t *panels, size_t first,
                             size_t last) {
  (void)columns;
  round_left(x + first * ld, ld, last - first, k, panels + first * ((k + 1) / 2));
}

// With panels of one column, rows and panels are the same.
static void rounded_product(const uint32_t *a, int in_panels, const uint32_t *b, size_t held, size_t k, size_t rows,
                            size_t columns, float *c, size_t ldc, int accumulate) {
  (void)in_panels;
  size_t pairs = (k + 1) / 2;
  for (size_t r = 0; r < rows; r++)
    for (size_t n = 0; n < columns; n++) {
      double sum = accumulate ? c[r * ldc + n] : 0;
      for (size_t p = 0; p < pairs; p++) {
        float a0, a1, b0, b1;
        word_values(a[r * pairs + p], &a0, &a1);
        word_values(b[n * held + p], &b0, &b1);
        sum += (double)a0 * b0 + (double)a1 * b1;
      }
      c[r * ldc + n] = (float)sum;
    }
}

const ck_table ck_table_reference = {
    .rmsnorm_forward = rmsnorm_forward,
    .rmsnorm_backward = rmsnorm_backward,
    .rope = rope,
    .silu_mul_forward = silu_mul_forward,
    .silu_mul_backward = silu_mul_backward,
    .logprob_forward = logprob_forward,
    .logprob_backward = logprob_backward,
    .softmax_block = softmax_block,
    .softmax_block_backward = softmax_block_backward,
    .linear_panels = linear_panels,
    .packed_bytes = packed_bytes,
    .pack_linear = pack_linear,
    .linear = linear,
    .panel_width = 1,
    .store_position = store_position,
    .attend_blocks = attend_blocks,
    .draw_token = draw_token,
    .adamw = adamw,
    .sum_of_squares = sum_of_squares,
    .axpy = axpy,
    .column_sums = column_sums,
    .row_dots = row_dots,
    .scale_rows = scale_rows,
    .softmax_row = softmax_row,
    .round_left = round_left,
    .round_right = round_right,
    .round_right_transposed = round_right_transposed,
    .rounded_product = rounded_product,
};
