import Generation
import Tensors
import Transformer

/// What generation has to do, counted from the shape: floating-point operations and bytes.
///
///     time of a step = max(FLOPs / peak, bytes / bandwidth)
///     FLOPs = rows · (2 · weights + 4 · L · H · D · positions attended to)
///     bytes = weights + rows · positions · 2 · L · KV · D · bytes per number
///
/// every weight and every key and value read once a step; activations, norms and sampling left out. A prompt's rows pass
/// in steps of 1,024, and only the last one of each needs logits.
struct GenerationWork {
  /// Multiply-adds per row: of all layers, and of the head.
  let layerWeights: Double
  let headWeights: Double
  /// FLOPs per row and position that it attends to.
  let attentionFLOPs: Double
  let weightBytes: Double
  /// Keys and values of one position.
  let positionBytes: Double

  init(_ c: ModelConfiguration, weightBytes: Int, format: KeyValueFormat) {
    let (queries, keys) = (c.numAttentionHeads * c.headDim, c.numKeyValueHeads * c.headDim)
    let layer = c.hiddenSize * (2 * queries + 2 * keys + 3 * c.intermediateSize)
    layerWeights = Double(c.numHiddenLayers * layer)
    headWeights = Double(c.vocabSize * c.hiddenSize)
    attentionFLOPs = Double(4 * c.numHiddenLayers * queries)
    self.weightBytes = Double(weightBytes)
    positionBytes = Double(InferenceModel.bytesPerBlock(c, format)) / Double(KeyValueBlocks.positions)
  }

  /// FLOPs and bytes of a step in which each row attends to so many positions.
  func decode(rows: Double, positions: Double) -> (flops: Double, bytes: Double) {
    (
      rows * (2 * (layerWeights + headWeights) + attentionFLOPs * positions),
      weightBytes + rows * positions * positionBytes
    )
  }

  /// FLOPs and bytes of prompts.
  func prefill(prompts: Double, length: Double) -> (flops: Double, bytes: Double) {
    let tokens = prompts * length
    let steps = (tokens / Double(Generator.prefillTokens)).rounded(.up)
    return (
      tokens * (2 * layerWeights + attentionFLOPs * (length + 1) / 2) + prompts * 2 * headWeights,
      steps * weightBytes
    )
  }

  /// Seconds that this machine cannot go below, for rows of equal length, `slots` at a time.
  func seconds(rows: Int, slots: Int, prompt: Int, newTokens: Int, limits: MachineLimits) -> Double {
    var total = 0.0
    var left = rows
    while left > 0 {
      let wave = Double(min(left, slots))
      left -= min(left, slots)
      total += limits.seconds(prefill(prompts: wave, length: Double(prompt)))
      // Positions grow one a step; eight samples of the way are enough for a sum of straight lines.
      let samples = min(8, newTokens - 1)
      for sample in 0..<max(0, samples) {
        let position = Double(prompt) + 1 + Double(newTokens - 1) * (Double(sample) + 0.5) / Double(samples)
        total +=
          Double(newTokens - 1) / Double(samples) * limits.seconds(decode(rows: wave, positions: position))
      }
    }
    return total
  }

  /// Bytes that a step reads in the middle of such a run.
  func workingSet(rows: Int, prompt: Int, newTokens: Int) -> Double {
    decode(rows: Double(rows), positions: Double(prompt) + Double(newTokens) / 2).bytes
  }
}

/// What this machine can do, measured: not what its data sheet says.
struct MachineLimits {
  /// Multiply-adds, FLOP/s, and what reached them.
  var flops: Double
  var flopsBy: String
  /// Bytes/s of reading something of `workingSet` bytes over and over: from memory, or from a cache that holds it.
  var bandwidth: Double
  var workingSet: Double

  /// - Parameters:
  ///   - compute: Threads and kernels as measured.
  ///   - formats: Of weights and activations; the peak is that of the product in use, or of OpenBLAS.
  ///   - workingSet: Bytes that a step reads.
  init(_ compute: Compute, formats: BenchFormats, workingSet: Double) {
    let blas = Self.product(compute)
    let packed = Self.packedProduct(compute, formats)
    (flops, flopsBy) =
      blas > packed ? (blas, "OpenBLAS") : (packed, "own kernel, \(formats.weights) × \(formats.activations)")
    self.workingSet = min(max(workingSet, 0x1p16), 0x1p30)
    bandwidth = Self.reading(compute, bytes: self.workingSet)
  }

  /// The best of two measurements of one machine.
  mutating func takeBetter(_ other: MachineLimits) {
    if other.flops > flops { (flops, flopsBy) = (other.flops, other.flopsBy) }
    bandwidth = max(bandwidth, other.bandwidth)
  }

  func seconds(_ work: (flops: Double, bytes: Double)) -> Double {
    max(work.flops / flops, work.bytes / bandwidth)
  }

  var words: String {
    "\(grouped(flops / 1e9)) GFLOP/s (1024³, \(flopsBy)), \(grouped(bandwidth / 1e9)) GB/s "
      + "(reading \(ByteCount.approximate(Int(workingSet))))"
  }

  var json: JSONText {
    [
      "gflops": .number(flops / 1e9), "gflops_by": .text(flopsBy), "gb_s": .number(bandwidth / 1e9),
      "working_set_bytes": .number(workingSet),
    ]
  }

  private static let size = 1024

  /// The best of several: what others take of the machine in a moment is not its limit.
  private static func best(_ work: Double, atLeast duration: Double = 0.25, _ body: () -> Void) -> Double {
    body()
    var (rate, total) = (0.0, 0.0)
    while total < duration {
      let time = max(secondsTaken(body), 1e-9)
      rate = max(rate, work / time)
      total += time
    }
    return rate
  }

  private static func filled(_ rows: Int, _ columns: Int) -> Tensor {
    let tensor = Tensor(rows: rows, columns: columns)
    tensor.fill(0.01)
    return tensor
  }

  static func product(_ compute: Compute, in type: MatmulType = .fp32) -> Double {
    let (a, b, c) = (filled(size, size), filled(size, size), Tensor(rows: size, columns: size))
    return best(2 * Double(size * size * size)) {
      compute.multiply(a, b, transposeB: true, into: c, in: type)
    }
  }

  /// Bytes/s of y += x, three times the size of one, where both are far larger than any cache: what is read and written
  /// once in a step comes from memory and goes there.
  static func adding(_ compute: Compute) -> Double {
    let count = 1 << 25
    let (x, y) = (filled(1, count), filled(1, count))
    return best(Double(12 * count), atLeast: 0.5) {
      compute.overRanges(count) { compute.kernels.axpy(1, x.columns($0), into: y.columns($0)) }
    }
  }

  private static func packedProduct(_ compute: Compute, _ formats: BenchFormats) -> Double {
    let linear = PackedLinear(
      outputs: size, inputs: size, hasBias: false, format: formats.weights, activations: formats.activations,
      kernels: compute.kernels)
    linear.pack(weight: filled(size, size), bias: nil, compute: compute)
    let (x, y) = (filled(size, size), Tensor(rows: size, columns: size))
    let scratch = (0..<compute.threads).map { _ in Tensor(rows: size, columns: size) }
    return best(2 * Double(size * size * size)) {
      compute.team { linear(x, into: y, panels: $0.share(of: linear.panels), scratch: scratch[$0.index]) }
    }
  }

  /// The better of a product with one row, which is little but reading, and a sum of squares.
  private static func reading(_ compute: Compute, bytes: Double) -> Double {
    let inputs = 256
    let outputs = max(64, Int(bytes) / (4 * inputs))
    let weight = filled(outputs, inputs)
    let linear = PackedLinear(outputs: outputs, inputs: inputs, hasBias: false, kernels: compute.kernels)
    linear.pack(weight: weight, bias: nil, compute: compute)
    let (x, y) = (filled(1, inputs), Tensor(rows: 1, columns: outputs))
    let passes = max(1, Int(4e6 / bytes))
    let product = best(Double(passes * linear.byteCount)) {
      compute.team { member in
        for _ in 0..<passes { linear(x, into: y, panels: member.share(of: linear.panels)) }
      }
    }
    let flat = weight.reshaped(rows: 1, columns: outputs * inputs)
    let sum = best(Double(4 * outputs * inputs)) { _ = compute.sumOfSquares(flat) }
    return max(product, sum)
  }
}
