internal import Foundation
internal import HFFiles

/// Merges Hugging Face directories into a new one, in pieces of a tensor.
///
/// Weights are read as fp32, the arithmetic of an entry is in double precision, and the result is rounded once. Never in memory:
/// a whole model, or even a whole tensor. The output appears when it is complete, or not at all.
public struct ModelMerge: Sendable {
  /// A model and how much it counts.
  public struct Source: Sendable, Hashable {
    public var directory: String
    public var weight: Double

    public init(directory: String, weight: Double = 1) {
      self.directory = directory
      self.weight = weight
    }
  }

  public var method: MergeMethod
  /// θ_0; gives `config.json` and whatever is not merged.
  public var base: String
  public var models: [Source]
  public var output: String
  /// Where the tokenizer comes from, whether or not the models' agree; nil = the base, and they have to agree.
  public var tokenizer: String?
  /// How the result is stored; nil = every tensor as in the base.
  public var precision: ModelDirectory.Precision?
  /// Merges what fits although names, shapes, tokenizers or configurations differ; the rest is the base's.
  public var isForced = false
  /// Who merges, for the record: `apus 1a2b3c`.
  public var tool = "apus"

  public init(method: MergeMethod, base: String, models: [Source], output: String) {
    self.method = method
    self.base = base
    self.models = models
    self.output = output
  }

  /// What came out.
  public struct Summary: Sendable, Hashable {
    public var tensors: Int
    /// Numbers in all tensors, and those that are not the base's.
    public var elements: Int
    public var changed: Int
    /// What was overlooked.
    public var notes: [String]
    /// As `apus eval` prints it of the result.
    public var weightsDigest: String
  }

  /// How far the work is.
  public struct Progress: Sendable, Hashable {
    /// `rank`, `merge` or `digest`.
    public var phase: String
    public var done: Int
    public var total: Int
  }

  /// Does it.
  ///
  /// - Parameter progress: Told after each tensor.
  /// - Returns: What came out.
  /// - Throws: ``MergeError``, ``ModelError`` or a file error; nothing is left behind then.
  public func run(progress: (Progress) -> Void = { _ in }) throws -> Summary {
    let weights = models.map(\.weight)
    guard !models.isEmpty else { throw MergeError(path: "", reason: .noModels) }
    if let reason = method.problem(modelCount: models.count, weights: weights) {
      throw MergeError(path: "", reason: reason)
    }
    guard !output.isEmpty else { throw MergeError(path: "", reason: .noOutput) }
    let target = URL(filePath: output)
    guard !FileManager.default.fileExists(atPath: target.path) else {
      throw MergeError(path: output, reason: .outputExists)
    }
    let sources = try MergeSources(self)
    let parent = target.standardizedFileURL.deletingLastPathComponent()
    do {
      try FileManager.default.createDirectory(at: parent, withIntermediateDirectories: true)
    } catch {
      throw MergeError(path: output, reason: .noParent(error.localizedDescription))
    }
    // What merges that were killed left half written.
    try AtomicDirectory.recover(in: parent, of: target.standardizedFileURL.lastPathComponent)
    var summary = Summary(
      tensors: sources.tensors.count, elements: 0, changed: 0, notes: sources.notes, weightsDigest: "")
    try AtomicDirectory.write(to: target, replaces: false) { folder in
      try sources.copyFiles(to: folder, precision: precision)
      (summary.elements, summary.changed) = try write(sources, weights, to: folder, progress)
      summary.weightsDigest = try record(sources, summary, to: folder, progress)
    }
    return summary
  }

  // MARK: Weights

  /// Numbers a piece has at most; each source and the result hold one piece.
  static let pieceCount = 1 << 18

  private func write(
    _ sources: MergeSources, _ weights: [Double], to folder: URL, _ progress: (Progress) -> Void
  ) throws -> (elements: Int, changed: Int) {
    let output = try MergeOutput(sources.tensors, in: folder)
    var selection = MergeSelection(method, sources)
    try selection.rankAll { progress(Progress(phase: "rank", done: $0, total: $1)) }
    var (elements, changed) = (0, 0)
    for (index, tensor) in sources.tensors.enumerated() {
      try selection.rank(tensor)
      for piece in tensor.pieces {
        let base = try sources.base.floats(tensor.name, piece)
        var merged = base
        if tensor.isMerged {
          let models = try sources.models.map { try $0.floats(tensor.name, piece).map { Double($0) } }
          merged = selection.merged(
            tensor.name, piece, base: base.map { Double($0) }, models: models, weights: weights
          ).map { Float($0) }
          guard merged.allSatisfy({ $0.isFinite }) else {
            throw ModelError(path: self.output, reason: .notFinite(tensor: tensor.name))
          }
        }
        elements += base.count
        changed += zip(base, merged).count { $0.bitPattern != $1.bitPattern }
        try output.append(merged, to: tensor)
      }
      progress(Progress(phase: "merge", done: index + 1, total: sources.tensors.count))
    }
    try output.finish()
    return (elements, changed)
  }

  // MARK: Where it came from

  private func record(
    _ sources: MergeSources, _ summary: Summary, to folder: URL, _ progress: (Progress) -> Void
  ) throws -> String {
    let all = [sources.base] + sources.models + [try MergeReader(folder.path)]
    var digests: [String] = []
    for (index, reader) in all.enumerated() {
      digests.append(try reader.weightsDigest())
      progress(Progress(phase: "digest", done: index + 1, total: all.count))
    }
    let provenance = MergeProvenance(merge: self, notes: summary.notes, digests: digests)
    try AtomicFile.write(provenance.json(), to: folder.appending(path: "merge.json"))
    try AtomicFile.write(Data(provenance.card.utf8), to: folder.appending(path: "README.md"))
    return digests[digests.count - 1]
  }
}
