import Foundation

/// A matrix and the gradient of the loss with respect to it, row-major.
final class Variable {
  let rows: Int
  let columns: Int
  // Unchecked, because sums are formed in them number by number.
  @exclusivity(unchecked) var value: [Double]
  @exclusivity(unchecked) var gradient: [Double]

  init(_ value: [Double], columns: Int) {
    rows = value.count / columns
    self.columns = columns
    self.value = value
    gradient = Array(repeating: 0, count: value.count)
  }

  convenience init(rows: Int, columns: Int) {
    self.init(Array(repeating: 0, count: rows * columns), columns: columns)
  }
}

/// Operations of a decoder, each with its backward step beside it. Every step adds to the gradients of what it read.
final class Tape {
  private var steps: [() -> Void] = []

  func backward() { for step in steps.reversed() { step() } }

  /// y_i = x_rows[i]
  func gatherRows(of x: Variable, at rows: [Int]) -> Variable {
    let width = x.columns
    let y = Variable(rows.flatMap { x.value[$0 * width..<($0 + 1) * width] }, columns: width)
    steps.append {
      for (index, row) in rows.enumerated() {
        for column in 0..<width { x.gradient[row * width + column] += y.gradient[index * width + column] }
      }
    }
    return y
  }

  func add(_ a: Variable, _ b: Variable) -> Variable {
    let y = Variable(zip(a.value, b.value).map { $0 + $1 }, columns: a.columns)
    steps.append {
      for index in y.gradient.indices {
        a.gradient[index] += y.gradient[index]
        b.gradient[index] += y.gradient[index]
      }
    }
    return y
  }

  /// y = x Wᵀ + b
  func linear(_ x: Variable, weight: Variable, bias: Variable?) -> Variable {
    let inputs = x.columns
    let outputs = weight.rows
    let (a, w) = (x.value, weight.value)
    let y = Variable(rows: x.rows, columns: outputs)
    for row in 0..<x.rows {
      for output in 0..<outputs {
        var sum = bias?.value[output] ?? 0
        for input in 0..<inputs { sum += a[row * inputs + input] * w[output * inputs + input] }
        y.value[row * outputs + output] = sum
      }
    }
    steps.append {
      for row in 0..<x.rows {
        for output in 0..<outputs {
          let dy = y.gradient[row * outputs + output]
          bias?.gradient[output] += dy
          for input in 0..<inputs {
            x.gradient[row * inputs + input] += dy * w[output * inputs + input]
            weight.gradient[output * inputs + input] += dy * a[row * inputs + input]
          }
        }
      }
    }
    return y
  }

  /// y = w x r in each head, r = 1 / √(mean(x²) + ε);  dx = r (w dy − x r² mean(w dy x))
  func rmsNorm(_ x: Variable, weight: Variable, heads: Int, epsilon: Double) -> Variable {
    let width = x.columns / heads
    let y = Variable(rows: x.rows, columns: x.columns)
    let starts = Array(stride(from: 0, to: x.value.count, by: width))
    let inverses = starts.map { start in
      let squares = x.value[start..<start + width].reduce(0) { $0 + $1 * $1 }
      return 1 / (squares / Double(width) + epsilon).squareRoot()
    }
    for (start, inverse) in zip(starts, inverses) {
      for i in 0..<width { y.value[start + i] = weight.value[i] * x.value[start + i] * inverse }
    }
    steps.append {
      for (start, inverse) in zip(starts, inverses) {
        var mean = 0.0
        for i in 0..<width {
          mean += weight.value[i] * y.gradient[start + i] * x.value[start + i] / Double(width)
        }
        for i in 0..<width {
          let dy = y.gradient[start + i]
          weight.gradient[i] += dy * x.value[start + i] * inverse
          x.gradient[start + i] +=
            inverse * (weight.value[i] * dy - x.value[start + i] * inverse * inverse * mean)
        }
      }
    }
    return y
  }

  /// Pairs (i, i + C/2) of every head turned by their row's angles; the way back turns them back.
  func rotate(_ x: Variable, angles: [[Double]], headDim: Int) -> Variable {
    let half = headDim / 2
    let y = Variable(rows: x.rows, columns: x.columns)
    let pairs = (0..<x.rows).flatMap { row in
      stride(from: row * x.columns, to: (row + 1) * x.columns, by: headDim).flatMap { head in
        (0..<half).map { (first: head + $0, cosine: cos(angles[row][$0]), sine: sin(angles[row][$0])) }
      }
    }
    for (i, cosine, sine) in pairs {
      y.value[i] = x.value[i] * cosine - x.value[i + half] * sine
      y.value[i + half] = x.value[i + half] * cosine + x.value[i] * sine
    }
    steps.append {
      for (i, cosine, sine) in pairs {
        x.gradient[i] += y.gradient[i] * cosine + y.gradient[i + half] * sine
        x.gradient[i + half] += y.gradient[i + half] * cosine - y.gradient[i] * sine
      }
    }
    return y
  }

  /// y_t = Σ_s p_ts v_s over the rows s that t sees, p_t = softmax(q_t · k_s / √C);
  /// dscore_ts = p_ts (dy_t · v_s − Σ_u p_tu dy_t · v_u). Neighbouring heads of queries share a head of keys.
  func attention(
    query: Variable, key: Variable, value: Variable, contexts: [[Int]], headDim: Int
  ) -> Variable {
    let queriesPerKey = query.columns / key.columns
    let scale = 1 / Double(headDim).squareRoot()
    let y = Variable(rows: query.rows, columns: query.columns)
    var heads: [(query: Int, keys: [Int], probabilities: [Double])] = []
    for (row, context) in contexts.enumerated() {
      for head in 0..<query.columns / headDim {
        let q = row * query.columns + head * headDim
        let keys = context.map { $0 * key.columns + head / queriesPerKey * headDim }
        let scores = keys.map { k in
          (0..<headDim).reduce(0) { $0 + query.value[q + $1] * key.value[k + $1] } * scale
        }
        let top = scores.max() ?? 0
        let sum = scores.reduce(0) { $0 + exp($1 - top) }
        let probabilities = scores.map { exp($0 - top) / sum }
        for (v, p) in zip(keys, probabilities) {
          for i in 0..<headDim { y.value[q + i] += p * value.value[v + i] }
        }
        heads.append((q, keys, probabilities))
      }
    }
    steps.append {
      for (q, keys, probabilities) in heads {
        let products = keys.map { v in
          (0..<headDim).reduce(0) { $0 + y.gradient[q + $1] * value.value[v + $1] }
        }
        let mean = zip(probabilities, products).reduce(0) { $0 + $1.0 * $1.1 }
        for (k, (p, product)) in zip(keys, zip(probabilities, products)) {
          let dScore = p * (product - mean) * scale
          for i in 0..<headDim {
            query.gradient[q + i] += dScore * key.value[k + i]
            key.gradient[k + i] += dScore * query.value[q + i]
            value.gradient[k + i] += p * y.gradient[q + i]
          }
        }
      }
    }
    return y
  }

  /// y = silu(g) u, silu(g) = g σ(g), silu′(g) = σ(g) (1 + g (1 − σ(g)))
  func siluMultiply(gate: Variable, up: Variable) -> Variable {
    let sigmoids = gate.value.map { 1 / (1 + exp(-$0)) }
    let y = Variable(
      gate.value.indices.map { gate.value[$0] * sigmoids[$0] * up.value[$0] }, columns: gate.columns)
    steps.append {
      for (i, sigmoid) in sigmoids.enumerated() {
        up.gradient[i] += y.gradient[i] * gate.value[i] * sigmoid
        gate.gradient[i] += y.gradient[i] * up.value[i] * sigmoid * (1 + gate.value[i] * (1 - sigmoid))
      }
    }
    return y
  }

  typealias Scores = (logprobs: Variable, entropies: Variable)

  /// logprob = ln p_target, entropy = −Σ p ln p of p = softmax(z / temperature);
  /// dz_v = (dlogprob (1[v = target] − p_v) − dentropy p_v (ln p_v + entropy)) / temperature.
  func score(_ logits: Variable, targets: [Int], temperature: Double) -> Scores {
    let width = logits.columns
    let logprobs = (0..<logits.rows).map { row in
      let scaled = logits.value[row * width..<(row + 1) * width].map { $0 / temperature }
      let top = scaled.max() ?? 0
      let logSumExp = top + log(scaled.reduce(0) { $0 + exp($1 - top) })
      return scaled.map { $0 - logSumExp }
    }
    let scores = Scores(
      logprobs: Variable(zip(logprobs, targets).map { $0[$1] }, columns: 1),
      entropies: Variable(logprobs.map { -$0.reduce(0) { $0 + exp($1) * $1 } }, columns: 1))
    steps.append {
      for (row, target) in targets.enumerated() {
        for (v, logprob) in logprobs[row].enumerated() {
          let p = exp(logprob)
          let dLogprob = scores.logprobs.gradient[row] * ((v == target ? 1 : 0) - p)
          let dEntropy = scores.entropies.gradient[row] * p * (logprob + scores.entropies.value[row])
          logits.gradient[row * width + v] += (dLogprob - dEntropy) / temperature
        }
      }
    }
    return scores
  }
}
