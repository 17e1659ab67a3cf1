import Foundation
import HFFiles
import Testing

@Suite struct `A directory of weights` {
  @Test func `shards are read through their index`() throws {
    let checkpoint = try HFCheckpoint.open(directory: .fixtures.appending(path: "sharded"))

    #expect(checkpoint.tensors.keys.sorted() == ["a.weight", "b.weight", "c.weight"])
    #expect(checkpoint.tensors["c.weight"] == TensorInfo(dtype: .bfloat16, shape: [2]))
    #expect(try checkpoint.floats("a.weight") == [1, 2])
    #expect(try checkpoint.floats("b.weight") == [3])
    #expect(try checkpoint.floats("c.weight") == [4, 5])
  }

  @Test func `a single file wins over an index`() throws {
    try withShards { directory in
      try SafetensorsWriter.write(
        [.init(name: "only", shape: [1])], as: .float32,
        to: directory.appending(path: "model.safetensors").path
      ) { _ in [9] }

      #expect(try HFCheckpoint.open(directory: directory).tensors.keys.sorted() == ["only"])
    }
  }

  @Test func `a missing shard is named`() throws {
    try withShards { directory in
      try FileManager.default.removeItem(at: directory.appending(path: "model-00001-of-00002.safetensors"))

      #expect(
        refusal { try HFCheckpoint.open(directory: directory) }
          == "names `model-00001-of-00002.safetensors` for 2 tensors, but that file is not there — fetch the missing file"
      )
    }
  }

  @Test(arguments: [
    (
      #"{"weight_map": {"d.weight": "model-00002-of-00002.safetensors"}}"#,
      "places `d.weight` in `model-00002-of-00002.safetensors`, which has no such tensor"
    ),
    (
      #"{"weight_map": {"a.weight": "../secret.safetensors"}}"#,
      "places `a.weight` in `../secret.safetensors`; a shard is a plain file name"
    ),
    (#"{"weight_map": {}}"#, "`weight_map` names no tensor"),
    (
      #"{"metadata": {}}"#,
      "is not an index of shards (`{\"weight_map\": {tensor: file}}`): `weight_map` is missing"
    ),
    (
      #"{"weight_map": {"a.weight": 1}}"#,
      "is not an index of shards (`{\"weight_map\": {tensor: file}}`): at `weight_map.a.weight`"
    ),
    ("{", "is not an index of shards"),
  ])
  func `each fault of an index is refused by name`(_ index: String, _ message: String) throws {
    try withShards { directory in
      try Data(index.utf8).write(to: directory.appending(path: "model.safetensors.index.json"))

      let words = refusal { try HFCheckpoint.open(directory: directory) }
      #expect(words?.hasPrefix(message) == true, "\(words ?? "accepted")")
    }
  }

  @Test func `a directory with other weights says what it has`() throws {
    try withTemporaryDirectory { (directory: URL) throws in
      try Data().write(to: directory.appending(path: "pytorch_model.bin"))
      try Data().write(to: directory.appending(path: "config.json"))

      #expect(
        refusal { try HFCheckpoint.open(directory: directory) }
          == "has neither `model.safetensors` nor `model.safetensors.index.json`; it has `pytorch_model.bin`"
          + " — give a Hugging Face directory with safetensors weights")
      #expect(
        refusal { try HFCheckpoint.open(directory: directory.appending(path: "nowhere")) }
          == "cannot read it: no such file or directory (errno 2)")
    }
  }

  private func withShards(_ body: (URL) throws -> Void) throws {
    try withTemporaryDirectory { (parent: URL) throws in
      let directory = parent.appending(path: "model")
      try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
      for name in try URL.fixtures.appending(path: "sharded").names {
        try Data(contentsOf: .fixtures.appending(path: "sharded/\(name)")).write(
          to: directory.appending(path: name))
      }
      try body(directory)
    }
  }
}
