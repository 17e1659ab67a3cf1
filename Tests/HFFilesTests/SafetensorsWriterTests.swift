import Foundation
import HFFiles
import Testing

@Suite struct `Writing safetensors` {
  @Test func `the bytes are the documented ones`() throws {
    try withTemporaryDirectory { (directory: URL) throws in
      let url = directory.appending(path: "x.safetensors")
      try SafetensorsWriter.write([.init(name: "w", shape: [2])], as: .float32, to: url.path) { _ in [1, -2] }

      // 87 bytes of JSON and one space make 88 = 0x58; 1.0 is 3F800000 and -2.0 is C0000000, low byte first.
      let json = #"{"__metadata__":{"format":"pt"},"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#
      let padded = json + String(repeating: " ", count: 88 - json.utf8.count)
      let expected =
        Data([0x58, 0, 0, 0, 0, 0, 0, 0]) + Data(padded.utf8) + Data([0, 0, 0x80, 0x3F, 0, 0, 0, 0xC0])
      #expect(try Data(contentsOf: url) == expected)
    }
  }

  @Test func `what was written is read back, whatever the names and shapes`() throws {
    let tensors: [SafetensorsWriter.Tensor] = [
      .init(name: "scalar", shape: []), .init(name: "empty", shape: [0, 3]),
      .init(name: "a \"quoted\" \\ näme\n", shape: [3]),
      .init(name: "large", shape: [1025, 1024]),
    ]
    func elements(_ name: String) -> [Float] {
      let count = tensors.first { $0.name == name }?.shape.reduce(1, *) ?? 0
      return (0..<count).map { Float($0) * 0.37 - 5 }
    }
    try withTemporaryDirectory { (directory: URL) throws in
      let path = directory.appending(path: "x.safetensors").path
      try SafetensorsWriter.write(tensors, as: .float32, to: path, floats: elements)

      let file = try SafetensorsFile(path: path)
      #expect(file.tensors.count == tensors.count)
      for tensor in tensors {
        #expect(file.tensors[tensor.name]?.shape == tensor.shape)
        #expect(try file.floats(tensor.name) == elements(tensor.name), "\(tensor.name)")
      }
    }
  }

  @Test func `bfloat16 rounds to the nearest, ties to even, and keeps NaN and infinity apart`() throws {
    // bfloat16 has 8 significant bits: steps of 2^-7 in [1, 2).
    let values: [(Float, Float)] = [
      (1, 1), (1 + 0x1p-9, 1), (1 + 0x3p-9, 1 + 0x1p-7),  // a quarter and three quarters of a step
      (1 + 0x1p-8, 1), (1 + 0x3p-8, 1 + 0x1p-6),  // halfway: to the even neighbour, below and above
      (-0.0, -0.0), (.infinity, .infinity), (-.infinity, -.infinity), (.greatestFiniteMagnitude, .infinity),
      (0x1p-133, 0x1p-133), (Float.leastNonzeroMagnitude, 0),
      // A NaN whose payload would round up into infinity, or off the end.
      (Float(bitPattern: 0x7F80_0001), .nan), (Float(bitPattern: 0x7FFF_FFFF), .nan),
    ]
    try withTemporaryDirectory { (directory: URL) throws in
      let path = directory.appending(path: "x.safetensors").path
      try SafetensorsWriter.write([.init(name: "w", shape: [values.count])], as: .bfloat16, to: path) { _ in
        values.map(\.0)
      }

      let file = try SafetensorsFile(path: path)
      #expect(file.tensors["w"]?.dtype == .bfloat16)
      for (read, (value, expected)) in zip(try file.floats("w"), values) {
        let matches = expected.isNaN ? read.isNaN : read.bitPattern == expected.bitPattern
        #expect(matches, "\(value) became \(read), not \(expected)")
      }
    }
  }

  @Test func `a wrong count, a name twice or a failing source leaves no file`() throws {
    struct Broken: Error {}
    try withTemporaryDirectory { (directory: URL) throws in
      let path = directory.appending(path: "x.safetensors").path
      #expect(
        refusal {
          try SafetensorsWriter.write([.init(name: "w", shape: [2, 2])], as: .float32, to: path) { _ in [1] }
        }
          == "`w` was announced as [2, 2], but 1 elements came")
      #expect(
        refusal {
          try SafetensorsWriter.write(
            [.init(name: "w", shape: []), .init(name: "w", shape: [])], as: .float32, to: path
          ) { _ in [1] }
        }
          == "`w` was to be written twice")
      #expect(throws: Broken.self) {
        try SafetensorsWriter.write([.init(name: "w", shape: [])], as: .float32, to: path) { _ in
          throw Broken()
        }
      }
      #expect(try directory.names.isEmpty)
    }
  }
}
