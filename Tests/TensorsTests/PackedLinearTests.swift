import Foundation
import Tensors
import Testing

@Suite struct `Packed linear layers` {
  static let available = Kernels.Level.allCases.filter(\.isAvailable)

  /// A layer, how its sums are used, and its weights.
  struct Layer: Sendable, CustomTestStringConvertible {
    var format: WeightFormat
    var activations = ActivationFormat.fp32
    var isGated = false
    var accumulates = false
    var hasBias = false

    var testDescription: String {
      [
        format.rawValue, "on \(activations)", isGated ? "gated" : "plain", accumulates ? "+=" : "=",
        hasBias ? "bias" : "",
      ]
      .joined(separator: " ")
    }

    /// Weights that differ much in size from output to output.
    func weight(_ outputs: Int, _ inputs: Int) -> Tensor {
      let weight = Tensor(normals(outputs * inputs, "w\(outputs)·\(inputs)"), columns: inputs)
      for output in 0..<outputs {
        for k in 0..<inputs { weight[output, k] *= Float(1 << (output % 5)) / 4 }
      }
      return weight
    }
    func bias(_ outputs: Int) -> Tensor? {
      hasBias ? Tensor(normals(outputs, "b\(outputs)"), columns: outputs) : nil
    }
    /// For rounded inputs, with rubbish in it.
    func scratch(_ x: Tensor) -> Tensor? {
      guard activations == .bf16 else { return nil }
      let scratch = Tensor(rows: 1, columns: x.count)
      scratch.fill(.nan)
      return scratch
    }
    func packed(_ outputs: Int, _ inputs: Int, _ compute: Compute) -> PackedLinear {
      let linear = PackedLinear(
        outputs: outputs, inputs: inputs, hasBias: hasBias, format: format, activations: activations,
        shape: isGated ? .gated : .plain, kernels: compute.kernels)
      linear.pack(weight: weight(outputs, inputs), bias: bias(outputs), compute: compute)
      return linear
    }
  }
  static let formats: [(WeightFormat, ActivationFormat)] = [
    (.fp32, .fp32), (.bf16, .fp32), (.int8, .fp32), (.bf16, .bf16),
  ]
  static let layers = formats.flatMap { format, activations in
    [(false, false), (false, true), (true, false)].flatMap { isGated, accumulates in
      [false, true].map {
        Layer(
          format: format, activations: activations, isGated: isGated, accumulates: accumulates, hasBias: $0)
      }
    }
  }

  /// The sums in double over the rounded weights and inputs, and for each what an fp32 sum may be off by: n products one after
  /// another are within n · 6e-8 of the sum of their magnitudes, mostly √n · 6e-8.
  func sums(
    _ x: Tensor, _ weight: Tensor, _ bias: Tensor?, _ format: WeightFormat,
    _ activations: ActivationFormat = .fp32
  ) -> [[(value: Double, error: Double)]] {
    let rounded = rounded(weight, format)
    return (0..<x.rows).map { row in
      let inputs = x.rows(row..<row + 1).values.map { activations == .bf16 ? bf16($0) : $0 }
      return rounded.enumerated().map { output, weights in
        var (sum, magnitude) = (Double(bias?[0, output] ?? 0), 1.0)
        for k in weights.indices {
          let product = Double(inputs[k]) * weights[k]
          sum += product
          magnitude += abs(product)
        }
        return (sum, 4e-7 * magnitude)
      }
    }
  }

  @Test(arguments: available, layers)
  func `are x Wᵀ + b with the weights rounded to their format, or silu of the gates times the ups`(
    level: Kernels.Level, layer: Layer
  ) throws {
    let compute = try Compute(threads: 2, kernels: Kernels(level: level))
    for width in [1, 3, 15, 16, 17, 31, 33, 64, 100] {
      let outputs = layer.isGated ? 2 * width : width
      for (rows, inputs) in [(1, 1), (2, 3), (3, 16), (4, 33), (5, 100), (13, 31), (29, 7), (40, 24)] {
        let linear = layer.packed(outputs, inputs, compute)
        let x = Framed(normals(rows * inputs, "x\(rows)·\(inputs)"), columns: inputs)
        let start = normals(rows * width, "y")
        let y = Framed(start, columns: width)
        linear(x.view, into: y.view, accumulate: layer.accumulates, scratch: layer.scratch(x.view))
        let sums = sums(
          x.view, layer.weight(outputs, inputs), layer.bias(outputs), layer.format, layer.activations)
        for row in 0..<rows {
          for output in 0..<width {
            var (expected, error) = sums[row][output]
            if layer.isGated {
              let (gate, up) = (sums[row][output], sums[row][output + width])
              let silu = gate.value / (1 + exp(-gate.value))
              expected = silu * up.value
              error = 1.1 * gate.error * abs(up.value) + abs(silu) * up.error + 5e-7 * abs(expected)
            }
            if layer.accumulates { expected += Double(start[row * width + output]) }
            let gap = abs(Double(y.view[row, output]) - expected)
            // Not `#expect`: it would take longer than the products.
            if !(gap <= error) {
              Issue.record(
                "\(rows) × \(inputs), \(width) wide, at [\(row), \(output)]: \(gap) beside \(expected)")
            }
          }
        }
        #expect(y.isFrameIntact)
      }
    }
  }

  /// Rows 1…512 at a time, through every tile that the kernels have; 170 outputs are five panels of the widest.
  @Test(arguments: available, layers)
  func `give a row the same bits wherever it stands, among 1 to 512 rows`(level: Kernels.Level, layer: Layer)
    throws
  {
    let compute = try Compute(threads: 1, kernels: Kernels(level: level))
    let (outputs, inputs) = (layer.isGated ? 348 : 170, 9)
    let width = layer.isGated ? outputs / 2 : outputs
    let linear = layer.packed(outputs, inputs, compute)
    let x = Tensor(normals(512 * inputs, "x"), columns: inputs)
    let start = Tensor(normals(512 * width, "y"), columns: width)
    func run(_ rows: Range<Int>) -> [UInt32] {
      let y = Tensor(rows: rows.count, columns: width)
      y.copy(from: start.rows(rows))
      linear(x.rows(rows), into: y, accumulate: layer.accumulates, scratch: layer.scratch(x.rows(rows)))
      return bits(y.values)
    }
    let together = run(0..<512)
    // All of them on the level that this CPU works with.
    for count in 1...512 where level == .best || count <= 40 || count % 128 == 0 {
      let first = (512 - count) * (count % 3) / 2
      #expect(
        run(first..<first + count) == Array(together[first * width..<(first + count) * width]),
        "\(count) rows from \(first) on")
    }
  }

  @Test(arguments: available, layers)
  func `done panel by panel, in any shares, are the whole`(level: Kernels.Level, layer: Layer) throws {
    let compute = try Compute(threads: 1, kernels: Kernels(level: level))
    for width in [1, 16, 70, 170] {
      let linear = layer.packed(layer.isGated ? 2 * width : width, 11, compute)
      for rows in [1, 2, 3, 5, 20] {
        let x = Tensor(normals(rows * 11, "x"), columns: 11)
        let start = normals(rows * width, "y")
        let whole = Tensor(start, columns: width)
        linear(x, into: whole, accumulate: layer.accumulates, scratch: layer.scratch(x))
        for shares in [2, 3, linear.panels] {
          let y = Framed(start, columns: width)
          for share in (0..<shares).reversed() {
            let range = linear.panels * share / shares..<linear.panels * (share + 1) / shares
            linear(
              x, into: y.view, accumulate: layer.accumulates, panels: range, scratch: layer.scratch(x))
          }
          #expect(bits(y.view.values) == bits(whole.values), "\(rows) × \(width) in \(shares)")
          #expect(y.isFrameIntact)
        }
      }
    }
  }

  @Test(arguments: available, WeightFormat.allCases)
  func `use new weights after packing them again, and own their copies`(
    level: Kernels.Level, format: WeightFormat
  ) throws {
    let compute = try Compute(threads: 3, kernels: Kernels(level: level))
    let (weight, bias) = (Tensor(normals(37 * 9, "w"), columns: 9), Tensor(normals(37, "b"), columns: 37))
    let x = Tensor(normals(9, "x"), columns: 9)
    let linear = PackedLinear(outputs: 37, inputs: 9, hasBias: true, format: format, kernels: compute.kernels)
    linear.pack(weight: weight, bias: bias, compute: compute)
    let y = Tensor(rows: 1, columns: 37)
    linear(x, into: y)
    let before = y.values
    weight.assign(normals(37 * 9, "w2"))
    bias.assign(normals(37, "b2"))
    linear(x, into: y)
    #expect(y.values == before)
    linear.pack(weight: weight, bias: bias, compute: compute)
    linear(x, into: y)
    for (found, expected) in zip(y.values, sums(x, weight, bias, format)[0]) {
      #expect(abs(Double(found) - expected.value) <= expected.error)
    }
  }

  /// By hand: 1 + 2⁻⁸ lies half-way between two numbers of bf16 and goes to the even one, 1; 1 + 3 · 2⁻⁸ is
  /// half-way too and goes up to 1 + 2⁻⁶. In int8 a row of 127 has the scale 1: 2.5 goes to 2, 3.5 to 4.
  @Test(arguments: available) func `round half to even`(level: Kernels.Level) throws {
    let compute = try Compute(threads: 1, kernels: Kernels(level: level))
    let one = Tensor([1, 0, 0, 0, 1, 0, 0, 0, 1], columns: 3)
    func columns(_ row: [Float], _ format: WeightFormat) -> [Float] {
      let linear = PackedLinear(
        outputs: 1, inputs: 3, hasBias: false, format: format, kernels: compute.kernels)
      linear.pack(weight: Tensor(row, columns: 3), bias: nil, compute: compute)
      let y = Tensor(rows: 3, columns: 1)
      linear(one, into: y)
      return y.values
    }
    #expect(columns([1 + 0x1p-8, 1 + 0x3p-8, -1 - 0x1p-8], .bf16) == [1, 1 + 0x1p-6, -1])
    #expect(columns([1 + 0x1.01p-8, 0, 0x1p-133], .bf16) == [1 + 0x1p-7, 0, 0x1p-133])
    #expect(columns([127, 2.5, -3.5], .int8) == [127, 2, -4])
    #expect(columns([0, 0, 0], .int8) == [0, 0, 0])
  }

  @Test func `a weight that is not a number is seen in the result`() throws {
    for format in WeightFormat.allCases {
      for level in Self.available {
        let compute = try Compute(threads: 1, kernels: Kernels(level: level))
        let linear = PackedLinear(
          outputs: 2, inputs: 2, hasBias: false, format: format, kernels: compute.kernels)
        linear.pack(weight: Tensor([1, .nan, 1, 1], columns: 2), bias: nil, compute: compute)
        let y = Tensor(rows: 1, columns: 2)
        linear(Tensor([1, 1], columns: 2), into: y)
        #expect(y[0, 0].isNaN && abs(y[0, 1] - 2) < 1e-6, "\(format) \(level)")
      }
    }
  }
}
