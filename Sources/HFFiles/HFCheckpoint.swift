public import Foundation

/// The weights of a Hugging Face directory: one `model.safetensors`, or shards with an index.
public struct HFCheckpoint: Sendable {
  public let directory: URL
  /// Every tensor by name, whatever file it lies in.
  public let tensors: [String: TensorInfo]

  private let files: [SafetensorsFile]
  private let fileIndex: [String: Int]

  /// Opens and checks every weight file of a directory; no tensor is read yet.
  ///
  /// `model.safetensors` wins over an index, as in Hugging Face's own loader.
  public static func open(directory: URL) throws(HFFilesError) -> HFCheckpoint {
    let single = directory.appending(path: "model.safetensors")
    let index = directory.appending(path: "model.safetensors.index.json")
    if isFile(single) {
      let file = try SafetensorsFile(path: single.path(percentEncoded: false))
      return HFCheckpoint(directory: directory, files: [file], places: file.tensors.mapValues { _ in 0 })
    }
    if isFile(index) { return try open(index: index, in: directory) }
    throw HFFilesError(
      path: directory.path(percentEncoded: false), reason: .noWeights(found: try listing(directory)))
  }

  /// A tensor's elements in row-major order; see ``SafetensorsFile/floats(_:)``.
  public func floats(_ name: String) throws(HFFilesError) -> [Float] {
    try file(of: name).floats(name)
  }

  /// The file that holds a tensor.
  public func file(of name: String) throws(HFFilesError) -> SafetensorsFile {
    if let place = fileIndex[name] { return files[place] }
    throw HFFilesError(
      path: directory.path(percentEncoded: false),
      reason: .noSuchTensor(name, nearest: nearest(to: name, among: tensors.keys)))
  }

  private init(directory: URL, files: [SafetensorsFile], places: [String: Int]) {
    self.directory = directory
    self.files = files
    fileIndex = places
    tensors = places.reduce(into: [:]) { table, place in
      table[place.key] = files[place.value].tensors[place.key]
    }
  }

  private struct Index: Decodable {
    var weightMap: [String: String]
    enum CodingKeys: String, CodingKey { case weightMap = "weight_map" }
  }

  private static func open(index: URL, in directory: URL) throws(HFFilesError) -> HFCheckpoint {
    let path = index.path(percentEncoded: false)
    func refusal(_ reason: HFFilesError.Reason) -> HFFilesError { HFFilesError(path: path, reason: reason) }

    let contents: Data
    do { contents = try Data(contentsOf: index) } catch { throw .reading(path, error) }
    let map: [String: String]
    do {
      map = try JSONDecoder().decode(Index.self, from: contents).weightMap
    } catch {
      throw refusal(.unreadableIndex(detail: SafetensorsHeader.explain(error)))
    }
    guard !map.isEmpty else { throw refusal(.emptyIndex) }

    let names = map.keys.sorted()
    for name in names {
      guard let shard = map[name], !shard.isEmpty, shard != "..", shard != ".", !shard.contains("/") else {
        throw refusal(.shardNameNotPlain(tensor: name, shard: map[name] ?? ""))
      }
    }
    var files: [SafetensorsFile] = []
    var places: [String: Int] = [:]
    for (shard, count) in Dictionary(grouping: map.values, by: \.self).mapValues(\.count).sorted(by: {
      $0.key < $1.key
    }) {
      let url = directory.appending(path: shard)
      guard isFile(url) else { throw refusal(.missingShard(shard: shard, tensors: count)) }
      let file = try SafetensorsFile(path: url.path(percentEncoded: false))
      // What a shard holds beside the index's names is loaded too, as Hugging Face does; the index decides on
      // doubles.
      for name in file.tensors.keys where map[name] == nil || map[name] == shard {
        places[name] = files.count
      }
      files.append(file)
    }
    for name in names where places[name] == nil {
      throw refusal(.tensorNotInShard(tensor: name, shard: map[name] ?? ""))
    }
    return HFCheckpoint(directory: directory, files: files, places: places)
  }

  private static func isFile(_ url: URL) -> Bool {
    var isDirectory = ObjCBool(false)
    let exists = unsafe FileManager.default.fileExists(
      atPath: url.path(percentEncoded: false), isDirectory: &isDirectory)
    return exists && !isDirectory.boolValue
  }

  /// Weight-like files of a directory, for the message that says what is there instead.
  private static func listing(_ directory: URL) throws(HFFilesError) -> [String] {
    let path = directory.path(percentEncoded: false)
    do {
      let weightLike = ["safetensors", "bin", "pt", "pth", "gguf", "ckpt"]
      return try FileManager.default.contentsOfDirectory(atPath: path)
        .filter { name in weightLike.contains { name.hasSuffix("." + $0) } }
        .sorted().prefix(4).map(\.self)
    } catch {
      throw .reading(path, error)
    }
  }
}
