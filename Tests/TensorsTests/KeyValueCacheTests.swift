import Foundation
import Tensors
import Testing

@Suite struct `Attention over a key-value cache` {
  struct Shape: Sendable, CustomTestStringConvertible {
    var heads: Int
    var group: Int
    var headSize: Int
    var testDescription: String { "\(heads * group) on \(heads) heads of \(headSize)" }
  }
  static let shapes = [
    Shape(heads: 1, group: 1, headSize: 1), Shape(heads: 2, group: 2, headSize: 16),
    Shape(heads: 1, group: 4, headSize: 24), Shape(heads: 3, group: 1, headSize: 40),
    Shape(heads: 2, group: 1, headSize: 33), Shape(heads: 2, group: 3, headSize: 128),
  ]

  /// Softmax attention of one query in double. keys, values: [count][headSize]
  func plain(_ query: [Float], _ keys: [[Float]], _ values: [[Float]], scale: Float) -> [Float] {
    let scores = keys.map { key in
      zip(query, key).reduce(0.0) { $0 + Double($1.0) * Double($1.1) } * Double(scale)
    }
    let weights = logSoftmax(scores).logprobs.map { exp($0) }
    return query.indices.map { c in
      Float(zip(weights, values).reduce(0.0) { $0 + $1.0 * Double($1.1[c]) })
    }
  }

  /// Weighted means of numbers of size 3; fp32 sums of 300 terms carry about 1e-6.
  @Test(arguments: Kernels.Level.allCases.filter(\.isAvailable), shapes)
  func `is softmax attention over the positions asked for`(level: Kernels.Level, shape: Shape) {
    let (layers, longest) = (2, 300)
    let width = shape.heads * shape.headSize
    let cache = KeyValueCache(layers: layers, heads: shape.heads, headSize: shape.headSize, capacity: longest)
    #expect(cache.capacity == 320)
    let keys = (0..<layers).map { Framed(normals(longest * width, "k\($0)"), columns: width) }
    let values = (0..<layers).map { Framed(normals(longest * width, "v\($0)"), columns: width) }
    func write(_ positions: Range<Int>) {
      for layer in 0..<layers {
        for position in positions {
          cache.write(
            layer: layer, position: position, key: keys[layer].view.rows(position..<position + 1),
            value: values[layer].view.rows(position..<position + 1))
        }
      }
    }
    // Whatever an earlier sequence left behind a position's own block must not matter.
    let rubbish = Tensor([Float](repeating: .nan, count: width), columns: width)
    for layer in 0..<layers {
      for position in 0..<cache.capacity {
        cache.write(layer: layer, position: position, key: rubbish, value: rubbish)
      }
    }
    let query = Framed(normals(shape.group * width, "q"), columns: shape.group * width)
    let scale = 1 / Float(shape.headSize).squareRoot()
    var written = 0
    for count in [1, 2, 3, 15, 16, 17, 63, 64, 65, 127, 128, 129, 300] {
      write(written..<count)
      written = count
      for layer in 0..<layers {
        let out = Framed(rows: 1, columns: shape.group * width)
        cache.attend(
          layer: layer, query: query.view, queryHeads: shape.heads * shape.group, count: count, scale: scale,
          into: out.view, kernels: Kernels(level: level))
        for head in 0..<shape.heads * shape.group {
          let columns = head * shape.headSize..<(head + 1) * shape.headSize
          let shared = head / shape.group * shape.headSize
          func rows(_ x: Framed) -> [[Float]] {
            (0..<count).map { x.view.rows($0..<$0 + 1).columns(shared..<shared + shape.headSize).values }
          }
          let expected = plain(
            query.view.columns(columns).values, rows(keys[layer]), rows(values[layer]), scale: scale)
          expectClose(
            out.view.columns(columns).values, expected, relative: 2e-6, absolute: 3e-6,
            "layer \(layer), head \(head) of \(count) positions")
        }
        #expect(out.isFrameIntact)
      }
    }
  }

  @Test(arguments: Kernels.Level.allCases.filter(\.isAvailable))
  func `scores far apart pick one value, and equal ones average`(level: Kernels.Level) {
    let cache = KeyValueCache(layers: 1, heads: 1, headSize: 2, capacity: 130)
    for position in 0..<130 {
      cache.write(
        layer: 0, position: position, key: Tensor([position == 97 ? 1e6 : 0, 1], columns: 2),
        value: Tensor([Float(position), 1], columns: 2))
    }
    let out = Tensor(rows: 1, columns: 2)
    for (query, expected) in [([Float(1), 0], [Float(97), 1]), ([0, 5], [64.5, 1])] {
      cache.attend(
        layer: 0, query: Tensor(query, columns: 2), queryHeads: 1, count: 130, scale: 1, into: out,
        kernels: Kernels(level: level))
      expectClose(out.values, expected, relative: 2e-6, absolute: 0, "\(query)")
    }
  }
}
