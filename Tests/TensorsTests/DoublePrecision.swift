import Foundation

func sine(_ x: Float) -> Float { Float(sin(Double(x))) }
func cosine(_ x: Float) -> Float { Float(cos(Double(x))) }

/// The gradient by central differences in double with a step of 1e-5: good to about 1e-9 for smooth functions of size 1.
func differences(_ x: [Double], _ loss: ([Double]) -> Double) -> [Float] {
  x.indices.map { index in
    var (above, below) = (x, x)
    above[index] += 1e-5
    below[index] -= 1e-5
    return Float((loss(above) - loss(below)) / 2e-5)
  }
}

/// log Σ exp, the maximum taken out.
func logSumExp(_ x: [Double]) -> Double {
  guard let maximum = x.max(), maximum > -.infinity else { return -.infinity }
  return maximum + log(x.reduce(0) { $0 + exp($1 - maximum) })
}

/// log softmax, and its entropy in nats with 0 · log 0 = 0.
func logSoftmax(_ logits: [Double]) -> (logprobs: [Double], entropy: Double) {
  let total = logSumExp(logits)
  let logprobs = logits.map { $0 - total }
  return (logprobs, logprobs.reduce(0) { exp($1) == 0 ? $0 : $0 - exp($1) * $1 })
}
