import Foundation
import HFFiles
import Testing

@Suite struct `Reading safetensors` {
  @Test func `a file of Hugging Face's own writer gives back its numbers exactly`() throws {
    let file = try SafetensorsFile(path: URL.fixtures.appending(path: "every-type.safetensors").path)

    #expect(file.metadata == ["format": "pt"])
    #expect(file.tensors["floats"] == TensorInfo(dtype: .float32, shape: [2, 3]))
    #expect(file.tensors["flags"] == TensorInfo(dtype: .bool, shape: [3]))
    #expect(file.tensors.count == 8)
    // Bit by bit, for the subnormal 3e-40 and the sign of -0.
    #expect(
      try file.floats("floats").map(\.bitPattern) == [
        0x3F80_0000, 0xC020_0000, 0x3_4447, 0x7F80_0000, 0x8000_0000, 0x3DCC_CCCD,
      ])
    #expect(try file.floats("brain") == [1, -2, 3.140625, .infinity])
    #expect(try file.floats("half") == [1, -2, 0x1p-24, 65504])
    #expect(try file.integers("long") == [1, -1, 1 << 40])
    #expect(try file.integers("int") == [7, -7])
    #expect(try file.floats("scalar") == [42])
    #expect(try file.floats("empty").isEmpty)
  }

  @Test func `asking for what is not there names the nearest tensor, or the type that is there`() throws {
    let file = try SafetensorsFile(path: URL.fixtures.appending(path: "every-type.safetensors").path)

    #expect(refusal { try file.floats("float") } == "has no tensor `float` — did you mean `floats`?")
    #expect(refusal { try file.floats("zzz") } == "has no tensor `zzz`")
    #expect(refusal { try file.floats("long") } == "`long` is I64; weights are read from F32, BF16 and F16")
    #expect(refusal { try file.integers("brain") } == "`brain` is BF16; integers are read from I64 and I32")
  }

  /// Header, bytes of data behind it, and what the refusal says.
  static let faults: [(header: String, data: Int, message: String)] = [
    (
      #"{"w":{"dtype":"F32","shape":[2,2],"data_offsets":[0,12]}}"#, 12,
      "`w` is F32 [2, 2], but its data_offsets span 12 bytes"
    ),
    (
      #"{"w":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}}"#, 12,
      "`w` needs 80 bytes of file, which has 76"
    ),
    (
      #"{"w":{"dtype":"F32","shape":[1],"data_offsets":[8,4]}}"#, 12,
      "`w` has data_offsets [8, 4], outside 0...12"
    ),
    (
      #"{"w":{"dtype":"F32","shape":[1],"data_offsets":[-4,0]}}"#, 12,
      "`w` has data_offsets [-4, 0], outside 0...12"
    ),
    (
      #"{"w":{"dtype":"F32","shape":[3037000500,3037000500],"data_offsets":[0,4]}}"#, 4,
      "more elements than can be counted"
    ),
    (
      #"{"w":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}"#, 4,
      "`w` has shape [-1], which has a negative size"
    ),
    (
      #"{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"x":{"dtype":"F32","shape":[1],"data_offsets":[2,6]}}"#,
      6, "`w` and `x` share bytes"
    ),
    (
      #"{"w":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#, 8,
      "bytes 0..<4 of the data belong to no tensor"
    ),
    (
      #"{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, 9,
      "bytes 4..<9 of the data belong to no tensor"
    ),
    (
      #"{"w":{"dtype":"Q4","shape":[1],"data_offsets":[0,4]}}"#, 4,
      "`w` has dtype `Q4`, which is not known; known are F32, BF16"
    ),
    (#"{"w":{"dtype":"F32","data_offsets":[0,4]}}"#, 4, "header entry `w`: `shape` is missing"),
    (#"{"w":{"dtype":"F32","shape":"1","data_offsets":[0,4]}}"#, 4, "header entry `w`: at `w.shape`"),
    (
      #"{"w":{"dtype":"F32","shape":[1],"data_offsets":[0]}}"#, 4,
      "header entry `w`: `data_offsets` has 1 numbers, not 2"
    ),
    (
      #"{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,1e300]}}"#, 4,
      "header entry `w`: a value does not fit"
    ),
    (#"{"w":"#, 4, "the header is not the JSON object"),
    (#"[1, 2]"#, 4, "the header is not the JSON object"),
  ]

  @Test(arguments: faults.indices)
  func `each fault of a header is refused by name, never read`(_ index: Int) throws {
    let fault = Self.faults[index]
    try withTemporaryDirectory { (directory: URL) throws in
      let path = directory.appending(path: "model.safetensors").path
      try file(header: fault.header, data: fault.data).write(to: URL(filePath: path))

      let message = refusal { try SafetensorsFile(path: path) }
      #expect(message?.contains(fault.message) == true, "\(message ?? "accepted")")
    }
  }

  @Test func `a header longer than the file or the limit is refused before it is read`() throws {
    try withTemporaryDirectory { (directory: URL) throws in
      let path = directory.appending(path: "model.safetensors").path
      func message(_ bytes: Data) throws -> String? {
        try bytes.write(to: URL(filePath: path))
        return refusal { try SafetensorsFile(path: path) }
      }

      #expect(try message(Data([1, 2, 3]))?.hasPrefix("3 bytes is too short") == true)
      #expect(try message(Data())?.hasPrefix("0 bytes is too short") == true)
      #expect(
        try message(Data([200, 0, 0, 0, 0, 0, 0, 0, 123]))?.hasPrefix(
          "declares a header of 200 bytes, but the whole file has 9") == true)
      #expect(
        try message(Data(repeating: 255, count: 64))?.hasPrefix(
          "declares a header of 18446744073709551615 bytes, more than the 100000000 allowed") == true)
    }
  }

  @Test func `every prefix of a good file is refused`() throws {
    let whole = try Data(contentsOf: .fixtures.appending(path: "every-type.safetensors"))
    try withTemporaryDirectory { (directory: URL) throws in
      let path = directory.appending(path: "model.safetensors").path
      for length in 0..<whole.count {
        try whole.prefix(length).write(to: URL(filePath: path))
        #expect(refusal { try SafetensorsFile(path: path) } != nil, "the first \(length) bytes")
      }
    }
  }

  @Test func `a flipped byte is read or refused, never a trap`() throws {
    let whole = try Data(contentsOf: .fixtures.appending(path: "every-type.safetensors"))
    try withTemporaryDirectory { (directory: URL) throws in
      let path = directory.appending(path: "model.safetensors").path
      var refused = 0
      for index in 0..<whole.count {
        var broken = whole
        broken[index] ^= 0x11
        try broken.write(to: URL(filePath: path))
        guard let file = try? SafetensorsFile(path: path) else {
          refused += 1
          continue
        }
        for name in file.tensors.keys { _ = try? file.floats(name) }
      }
      // Most of the file is header; flips inside names, spaces and data may pass.
      #expect(refused > 300)
    }
  }

  @Test func `a missing file and a directory in its place say so`() throws {
    try withTemporaryDirectory { (directory: URL) throws in
      #expect(
        refusal { try SafetensorsFile(path: directory.appending(path: "none").path) }
          == "cannot read it: no such file or directory (errno 2)")
      #expect(refusal { try SafetensorsFile(path: directory.path) }?.hasPrefix("cannot read it: ") == true)
    }
  }

  private func file(header: String, data: Int) -> Data {
    let padded = header + String(repeating: " ", count: (8 - header.utf8.count % 8) % 8)
    return Data([UInt8(padded.utf8.count), 0, 0, 0, 0, 0, 0, 0]) + Data(padded.utf8) + Data(count: data)
  }
}

/// What a refusal says after the path, or nil if nothing was refused.
func refusal<Result>(_ body: () throws -> Result) -> String? {
  do {
    _ = try body()
    return nil
  } catch let error as HFFilesError {
    #expect(error.description.hasPrefix(error.path + ": "))
    return String(error.description.dropFirst(error.path.count + 2))
  } catch {
    return "a foreign error: \(error)"
  }
}
