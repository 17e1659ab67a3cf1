internal import Foundation
internal import HFFiles

/// A model directory whose tensors are read in pieces.
final class MergeReader {
  let directory: String
  let configuration: ModelConfiguration
  let checkpoint: HFCheckpoint
  /// By path of the file.
  private var readers: [String: SafetensorsReader] = [:]

  init(_ directory: String) throws {
    self.directory = directory
    configuration = try ModelConfiguration(directory: directory)
    checkpoint = try HFCheckpoint.open(directory: URL(filePath: directory))
  }

  /// Elements `range` of a tensor.
  ///
  /// - Throws: A file error, or ``ModelError`` where a weight is NaN or infinite.
  func floats(_ name: String, _ range: Range<Int>) throws -> [Float] {
    let file = try checkpoint.file(of: name)
    let reader = try readers[file.path] ?? SafetensorsReader(file)
    readers[file.path] = reader
    let floats = try reader.floats(name, range)
    guard floats.allSatisfy({ $0.isFinite }) else {
      throw ModelError(path: directory, reason: .notFinite(tensor: name))
    }
    return floats
  }

  /// The digest of the weights, as ``Parameters/digest`` has it of the loaded model.
  func weightsDigest() throws -> String {
    var digest = WeightsDigest()
    let layout = Parameters.layout(configuration).filter { checkpoint.tensors[$0.name] != nil }
    for entry in layout.sorted(by: { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }) {
      let leaves = try WeightsDigest.leaves(of: entry).map { range in
        let bits = try floats(entry.name, range).map { $0.bitPattern.littleEndian }
        return WeightsDigest.leaf(unsafe bits.withUnsafeBytes { unsafe Array($0) })
      }
      digest.add(entry, leaves: leaves)
    }
    return digest.text
  }
}

/// The weight files of the result, all open at once; tensors arrive in the order of their names.
final class MergeOutput {
  private var streams: [String: SafetensorsStream] = [:]

  /// Creates the files, and their index where there are several.
  init(_ tensors: [MergedTensor], in folder: URL) throws {
    let shards = Dictionary(grouping: tensors, by: \.shard)
    for (shard, members) in shards {
      streams[shard] = try SafetensorsStream(
        creating: folder.appending(path: shard).path,
        members.map { .init(name: $0.name, shape: $0.shape, type: $0.type) })
    }
    if Array(shards.keys) == ["model.safetensors"] { return }
    let index: [String: Any] = [
      "metadata": ["total_size": tensors.reduce(0) { $0 + $1.count * $1.type.size }],
      "weight_map": Dictionary(uniqueKeysWithValues: tensors.map { ($0.name, $0.shard) }),
    ]
    let data = try JSONSerialization.data(withJSONObject: index, options: [.prettyPrinted, .sortedKeys])
    try AtomicFile.write(data, to: folder.appending(path: "model.safetensors.index.json"))
  }

  func append(_ elements: [Float], to tensor: MergedTensor) throws {
    try streams[tensor.shard]?.append(elements)
  }

  func finish() throws {
    for shard in streams.keys.sorted() { try streams[shard]?.finish() }
  }
}
