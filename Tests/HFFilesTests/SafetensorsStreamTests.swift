import Foundation
import HFFiles
import Testing

@Suite struct `Safetensors in pieces` {
  let values = (0..<1000).map { Float($0) * 0.37 - 5 }

  @Test func `the bytes are those of a file written at once, however it is cut`() throws {
    try withTemporaryDirectory { (directory: URL) throws in
      let (whole, pieces) = (directory.appending(path: "a").path, directory.appending(path: "b").path)
      let shapes = [("a", [2, 5]), ("none", [0, 3]), ("z", [990])]
      try SafetensorsWriter.write(shapes.map { .init(name: $0, shape: $1) }, as: .bfloat16, to: whole) {
        name in
        name == "a" ? Array(values[..<10]) : name == "z" ? Array(values[10...]) : []
      }
      let stream = try SafetensorsStream(
        creating: pieces, shapes.map { .init(name: $0, shape: $1, type: .bfloat16) })
      for cut in [0..<7, 7..<10, 10..<11, 11..<11, 11..<1000] { try stream.append(Array(values[cut])) }
      try stream.finish()
      #expect(try Data(contentsOf: URL(filePath: whole)) == Data(contentsOf: URL(filePath: pieces)))
    }
  }

  @Test(arguments: [ElementType.float32, .bfloat16, .float16])
  func `pieces read are pieces of the whole`(type: ElementType) throws {
    try withTemporaryDirectory { (directory: URL) throws in
      let path = directory.appending(path: "x").path
      let stream = try SafetensorsStream(
        creating: path,
        [.init(name: "v", shape: [3], type: .float32), .init(name: "w", shape: [10, 100], type: type)])
      try stream.append([1, 2, 3])
      try stream.append(values)
      try stream.finish()
      let file = try SafetensorsFile(path: path)
      let reader = try SafetensorsReader(file)
      let whole = try file.floats("w")
      #expect(file.tensors["w"]?.dtype == type && abs(whole[500] - values[500]) < 0.5)
      for range in [0..<1000, 0..<1, 999..<1000, 123..<777, 5..<5] {
        let isPiece = try reader.floats("w", range) == Array(whole[range])
        #expect(isPiece, "\(range)")
      }
      #expect(try reader.floats("v", 1..<3) == [2, 3])
      #expect(throws: HFFilesError.self) { try reader.floats("u", 0..<1) }
    }
  }

  @Test func `too few elements, too many, and a piece across two tensors are refused`() throws {
    try withTemporaryDirectory { (directory: URL) throws in
      func stream() throws -> SafetensorsStream {
        try SafetensorsStream(
          creating: directory.appending(path: "x").path,
          [.init(name: "a", shape: [2], type: .float32), .init(name: "b", shape: [2], type: .float32)])
      }
      let short = try stream()
      try short.append([1, 2])
      try short.append([3])
      #expect { try short.finish() } throws: {
        "\($0)".contains("`b` was announced as [2], but 1 elements came")
      }
      #expect(throws: HFFilesError.self) { try stream().append([1, 2, 3]) }
      let full = try stream()
      try full.append([1, 2])
      try full.append([3, 4])
      #expect(throws: HFFilesError.self) { try full.append([5]) }
      #expect(throws: HFFilesError.self) {
        try SafetensorsStream(
          creating: directory.appending(path: "y").path, [.init(name: "i", shape: [1], type: .int64)])
      }
    }
  }
}
