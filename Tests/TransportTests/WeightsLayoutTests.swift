import Testing
import Transport

@Suite struct `Layout of weights` {
  @Test func `tensors stand in the order of their names' bytes, cut into leaves of 1 MiB`() throws {
    let layout = try WeightsLayout([
      .init(name: "b", shape: [3, 262_144]), .init(name: "a", shape: [5]), .init(name: "B", shape: [262_145]),
    ])
    #expect(layout.tensors.map(\.name) == ["B", "a", "b"])
    #expect(layout.leaves.map(\.tensor) == [0, 0, 1, 2, 2, 2])
    #expect(layout.leaves.map(\.bytes.count) == [1 << 20, 4, 20, 1 << 20, 1 << 20, 1 << 20])
    #expect(layout.byteCount == 4 * (3 * 262_144 + 5 + 262_145))
  }

  @Test(arguments: [[-1], [-1, -1], [Int.max], [1 << 40, 1 << 40], [Int.max, 0, 2], [1 << 41]])
  func `a shape that memory cannot hold is refused`(shape: [Int]) {
    #expect(throws: WeightsError.badShape(tensor: "w", shape)) {
      try WeightsLayout([.init(name: "w", shape: shape)])
    }
  }

  @Test func `many tensors that fit one by one do not fit together`() {
    #expect(throws: WeightsError.self) {
      try WeightsLayout((0..<5).map { .init(name: "\($0)", shape: [1 << 40 - 1]) })
    }
  }

  @Test(arguments: ["", "a\0b", String(repeating: "n", count: 513)])
  func `a name that no file has is refused`(name: String) {
    #expect(throws: WeightsError.badTensorName(name)) { try WeightsLayout([.init(name: name, shape: [1])]) }
  }

  @Test func `a name that is there twice is refused`() {
    #expect(throws: WeightsError.badTensorName("w")) {
      try WeightsLayout([.init(name: "w", shape: [1]), .init(name: "w", shape: [2])])
    }
  }
}
