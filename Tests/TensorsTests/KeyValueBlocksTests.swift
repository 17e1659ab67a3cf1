import Foundation
import Tensors
import Testing

@Suite struct `Attention over blocks of keys and values` {
  struct Shape: Sendable, CustomTestStringConvertible {
    var heads: Int
    var group: Int
    var headSize: Int
    var testDescription: String { "\(heads * group) on \(heads) heads of \(headSize)" }
  }
  static let shapes = [
    Shape(heads: 1, group: 1, headSize: 1), Shape(heads: 2, group: 2, headSize: 16),
    Shape(heads: 1, group: 4, headSize: 24), Shape(heads: 3, group: 1, headSize: 40),
    Shape(heads: 2, group: 5, headSize: 33), Shape(heads: 2, group: 3, headSize: 128),
    Shape(heads: 1, group: 8, headSize: 64), Shape(heads: 1, group: 2, headSize: 3),
    Shape(heads: 1, group: 7, headSize: 17),
  ]
  static let levels = Kernels.Level.allCases.filter(\.isAvailable)
  static let layers = 2
  static let longest = 300
  /// Five blocks of nine, in no order.
  static let scattered: [Int32] = [7, 2, 8, 0, 5]

  /// Blocks with a sequence of keys and values in some of them, and whatever earlier ones left everywhere else.
  struct Written {
    let shape: Shape
    let blocks: KeyValueBlocks
    let kernels: Kernels
    var table: [Int32]
    let keys: [Tensor]
    let values: [Tensor]
    let queries: Tensor
    let scale: Float
    var written = 0

    init(_ shape: Shape, _ format: KeyValueFormat, _ level: Kernels.Level, table: [Int32]) {
      self.shape = shape
      self.table = table
      kernels = Kernels(level: level)
      guard
        let blocks = KeyValueBlocks(
          layers: layers, heads: shape.heads, headSize: shape.headSize, format: format, capacity: 9)
      else { preconditionFailure("no address space for nine blocks") }
      self.blocks = blocks
      let width = shape.heads * shape.headSize
      keys = (0..<layers).map { Tensor(normals(longest * width, "k\($0)"), columns: width) }
      values = (0..<layers).map { Tensor(normals(longest * width, "v\($0)"), columns: width) }
      queries = Tensor(normals(longest * width * shape.group, "q"), columns: width * shape.group)
      scale = 1 / Float(shape.headSize).squareRoot()
      let rubbish = Tensor(rows: 9 * 64, columns: width)
      rubbish.fill(.nan)
      let places = (0..<9 * 64).map { KeyValueBlocks.Place(position: $0, table: 0) }
      for layer in 0..<layers {
        blocks.store(
          layer: layer, keys: rubbish, values: rubbish, at: places, tables: Array(0..<9), rows: 0..<9 * 64,
          kernels: kernels)
      }
    }

    /// Writes the positions up to `count`.
    mutating func write(upTo count: Int) {
      let places = (0..<count).map { KeyValueBlocks.Place(position: $0, table: 0) }
      for layer in 0..<layers {
        blocks.store(
          layer: layer, keys: keys[layer], values: values[layer], at: places, tables: table,
          rows: written..<count, kernels: kernels)
      }
      written = count
    }

    /// Attention of the rows at these positions, each with the query of its position, all heads.
    func attend(_ layer: Int, _ positions: [Int]) -> Tensor {
      let out = Framed(rows: positions.count, columns: shape.heads * shape.group * shape.headSize)
      let query = Tensor(rows: positions.count, columns: out.view.columns)
      query.gatherRows(of: queries, at: positions)
      blocks.attend(
        layer: layer, queries: query, places: positions.map { .init(position: $0, table: 0) }, tables: table,
        items: 0..<shape.heads * positions.count, scale: scale, into: out.view, kernels: kernels)
      #expect(out.isFrameIntact)
      return out.view
    }
  }

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

  /// Weighted means of numbers of size 3; fp32 sums of 300 terms carry about 1e-6. Not a number lies everywhere else.
  @Test(arguments: levels, shapes)
  func `is softmax attention over the positions up to the row's own`(level: Kernels.Level, shape: Shape) {
    for format in KeyValueFormat.allCases {
      var written = Written(shape, format, level, table: Self.scattered)
      for count in [1, 2, 3, 15, 16, 17, 63, 64, 65, 127, 128, 129, 300] {
        written.write(upTo: count)
        for layer in 0..<Self.layers {
          let out = written.attend(layer, [count - 1])
          for head in 0..<shape.heads * shape.group {
            let columns = head * shape.headSize..<(head + 1) * shape.headSize
            let shared = head / shape.group * shape.headSize
            func rows(_ x: Tensor) -> [[Float]] {
              (0..<count).map {
                let row = x.rows($0..<$0 + 1).columns(shared..<shared + shape.headSize).values
                return format == .bf16 ? row.map(bf16) : row
              }
            }
            let query = written.queries.rows(count - 1..<count).columns(columns).values
            let expected = plain(
              query, rows(written.keys[layer]), rows(written.values[layer]), scale: written.scale)
            expectClose(
              out.columns(columns).values, expected, relative: 2e-6, absolute: 3e-6,
              "\(format), layer \(layer), head \(head) of \(count) positions")
          }
        }
      }
    }
  }

  @Test(arguments: levels, shapes)
  func `is the same bits in whichever blocks, alone or among other rows, in whichever shares`(
    level: Kernels.Level, shape: Shape
  ) {
    for format in KeyValueFormat.allCases {
      var contiguous = Written(shape, format, level, table: [0, 1, 2, 3, 4])
      var scattered = Written(shape, format, level, table: Self.scattered)
      contiguous.write(upTo: Self.longest)
      scattered.write(upTo: Self.longest)
      let positions = [0, 299, 63, 64, 17, 130, 200, 127, 128, 255, 1]
      for layer in 0..<Self.layers {
        let together = contiguous.attend(layer, positions)
        #expect(bits(scattered.attend(layer, positions).values) == bits(together.values))
        for (row, position) in positions.enumerated() {
          let alone = scattered.attend(layer, [position])
          #expect(bits(alone.values) == bits(together.rows(row..<row + 1).values), "position \(position)")
        }
        // Item by item, the last first.
        let out = Framed(rows: positions.count, columns: together.columns)
        let query = Tensor(rows: positions.count, columns: together.columns)
        query.gatherRows(of: scattered.queries, at: positions)
        for item in (0..<shape.heads * positions.count).reversed() {
          scattered.blocks.attend(
            layer: layer, queries: query, places: positions.map { .init(position: $0, table: 0) },
            tables: scattered.table, items: item..<item + 1, scale: scattered.scale, into: out.view,
            kernels: scattered.kernels)
        }
        #expect(out.isFrameIntact && bits(out.view.values) == bits(together.values))
      }
    }
  }

  @Test(arguments: levels, KeyValueFormat.allCases)
  func `two sequences may share blocks, and a copied one is its owner's alone`(
    level: Kernels.Level, format: KeyValueFormat
  ) {
    let shape = Shape(heads: 2, group: 2, headSize: 24)
    var first = Written(shape, format, level, table: [7, 2, 8, 0, 5])
    first.write(upTo: 100)
    let before = first.attend(1, [99, 80, 10])
    // The second has the first 80 positions in common with the first: one block shared, one copied.
    first.blocks.copy(2, to: 4)
    var second = first
    second.table = [7, 4, 6, 1, 3]
    #expect(bits(second.attend(1, [79, 10]).values) == bits(first.attend(1, [79, 10]).values))
    let other = Tensor(normals(20 * 48, "other"), columns: 48)
    let places = (80..<100).map { KeyValueBlocks.Place(position: $0, table: 0) }
    for layer in 0..<Self.layers {
      second.blocks.store(
        layer: layer, keys: other, values: other, at: places, tables: second.table, rows: 0..<20,
        kernels: second.kernels)
    }
    #expect(bits(first.attend(1, [99, 80, 10]).values) == bits(before.values))
    #expect(bits(second.attend(1, [99]).values) != bits(before.rows(0..<1).values))
    // Rows of both sequences in one step, their tables one after the other.
    let query = Tensor(rows: 2, columns: before.columns)
    query.gatherRows(of: first.queries, at: [99, 99])
    let out = Tensor(rows: 2, columns: before.columns)
    first.blocks.attend(
      layer: 1, queries: query, places: [.init(position: 99, table: 0), .init(position: 99, table: 5)],
      tables: first.table + second.table, items: 0..<4, scale: first.scale, into: out, kernels: first.kernels)
    #expect(bits(out.rows(0..<1).values) == bits(before.rows(0..<1).values))
    #expect(bits(out.rows(1..<2).values) == bits(second.attend(1, [99]).values))
  }

  @Test func `more blocks than there is address space for are refused, not a trap`() {
    #expect(KeyValueBlocks(layers: 4, heads: 2, headSize: 32, capacity: 1 << 40) == nil)
    #expect(KeyValueBlocks(layers: 1 << 20, heads: 1 << 10, headSize: 1 << 10, capacity: 1 << 40) == nil)
  }

  @Test(arguments: levels)
  func `scores far apart pick one value, and equal ones average`(level: Kernels.Level) throws {
    let kernels = Kernels(level: level)
    let blocks = try #require(KeyValueBlocks(layers: 1, heads: 1, headSize: 2, capacity: 3))
    let places = (0..<130).map { KeyValueBlocks.Place(position: $0, table: 0) }
    blocks.store(
      layer: 0, keys: Tensor((0..<130).flatMap { [$0 == 97 ? 1e6 : 0, Float(1)] }, columns: 2),
      values: Tensor((0..<130).flatMap { [Float($0), 1] }, columns: 2), at: places, tables: [2, 0, 1],
      rows: 0..<130, kernels: kernels)
    let out = Tensor(rows: 1, columns: 2)
    for (query, expected) in [([Float(1), 0], [Float(97), 1]), ([0, 5], [64.5, 1])] {
      blocks.attend(
        layer: 0, queries: Tensor(query, columns: 2), places: [.init(position: 129, table: 0)],
        tables: [2, 0, 1], items: 0..<1, scale: 1, into: out, kernels: kernels)
      expectClose(out.values, expected, relative: 2e-6, absolute: 0, "\(query)")
    }
  }

  /// Two numbers per component of a key: 2 · 4 layers · 2 heads · 32 · 64 positions · 4 bytes = 128 KiB.
  @Test func `a block of the nano model takes 128 KiB, in bf16 half of it`() {
    #expect(KeyValueBlocks.bytesPerBlock(layers: 4, heads: 2, headSize: 32) == 131_072)
    #expect(KeyValueBlocks.bytesPerBlock(layers: 4, heads: 2, headSize: 32, format: .bf16) == 65_536)
  }
}
