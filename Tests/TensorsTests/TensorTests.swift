import Foundation
import Tensors
import Testing

@Suite struct `Tensors as views` {
  @Test func `rows, columns and reshaping share the numbers`() {
    let x = Tensor([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], columns: 4)
    let middle = x.rows(1..<3).columns(1..<3)
    #expect(middle.values == [5, 6, 9, 10])
    #expect(middle.stride == 4 && !middle.isContiguous && x.isContiguous)
    middle.fill(-1)
    #expect(x.values == [0, 1, 2, 3, 4, -1, -1, 7, 8, -1, -1, 11])
    #expect(x.reshaped(rows: 2, columns: 6)[1, 3] == -1)
    #expect(x.part(from: 4, rows: 2, columns: 3).values == [4, -1, -1, 7, 8, -1])
    middle.copy(from: Tensor([1, 2, 3, 4], columns: 2))
    #expect(x.rows(1..<2).values == [4, 1, 2, 7])
    middle.assign([9, 8, 7, 6])
    #expect(x[2, 2] == 6)
  }

  @Test func `gathering takes rows by index`() {
    let table = Tensor([0, 1, 10, 11, 20, 21], columns: 2)
    let picked = Tensor(rows: 4, columns: 2)
    picked.gatherRows(of: table, at: [2, 0, 2, 1])
    #expect(picked.values == [20, 21, 0, 1, 20, 21, 10, 11])
  }

  @Test func `bytes are little-endian and come back`() {
    let x = Tensor([1, -2.5], columns: 2)
    #expect(Array(x.littleEndianData) == [0, 0, 0x80, 0x3F, 0, 0, 0x20, 0xC0])
    let y = Tensor(rows: 1, columns: 2)
    #expect(y.assign(littleEndian: x.littleEndianData))
    #expect(y.values == [1, -2.5])
    #expect(!y.assign(littleEndian: Data(count: 7)) && y.values == [1, -2.5])
  }
}

@Suite struct `Scratch memory` {
  /// One pass of something like a training step, with the largest numbers where scopes end.
  func pass(_ arena: Arena, _ size: Int) {
    arena.reset()
    let kept = arena.tensor(rows: 3, columns: size)
    kept.fill(1)
    for scope in 0..<4 {
      arena.scoped {
        let first = arena.tensor(rows: 7, columns: size)
        first.fill(2)
        let second = arena.tensor(rows: 5, columns: size)
        second.fill(Float(scope))
        #expect(first.values.allSatisfy { $0 == 2 })
      }
    }
    // Less than the scopes had: the most in use at once was before.
    arena.tensor(rows: 1, columns: size).fill(3)
    #expect(kept.values.allSatisfy { $0 == 1 })
  }

  @Test func `what is in use never overlaps`() {
    let arena = Arena()
    for _ in 0..<3 {
      arena.reset()
      let tensors = (1..<60).map { index in
        let tensor = arena.tensor(rows: index % 7, columns: index)
        tensor.fill(Float(index))
        return tensor
      }
      for (index, tensor) in tensors.enumerated() {
        #expect(tensor.values.allSatisfy { $0 == Float(index + 1) })
      }
    }
  }

  @Test func `after the largest pass it neither grows nor shrinks`() {
    let arena = Arena()
    // A small pass first: what the later ones do not find in the block must not make the next block smaller.
    for size in [20, 200, 40, 200, 200] { pass(arena, size) }
    arena.reset()
    let settled = arena.byteCount
    for size in [200, 1, 200, 150, 200, 200] {
      pass(arena, size)
      #expect(arena.byteCount == settled)
    }
    // 3 + 7 + 5 rows of 200 live at once, each tensor rounded up to 16 numbers.
    #expect(settled == (608 + 1408 + 1008) * 4)
  }

  @Test func `memory of a reset arena is handed out again`() {
    let arena = Arena()
    pass(arena, 10)
    arena.reset()
    let old = arena.tensor(rows: 1, columns: 16)
    old.fill(5)
    arena.reset()
    #expect(arena.tensor(rows: 1, columns: 16).values == [Float](repeating: 5, count: 16))
  }
}
