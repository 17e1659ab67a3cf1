/// What went wrong with a file or directory on disk, where, and what to do about it.
public struct HFFilesError: Error, Sendable, Hashable, CustomStringConvertible {
  public enum Reason: Sendable, Hashable {
    // The file is not what it should be.
    case tooShortForHeader(size: Int)
    case headerTooLong(declared: UInt64, limit: Int)
    case truncatedHeader(declared: UInt64, size: Int)
    case unreadableHeader(detail: String)
    case malformedEntry(tensor: String, detail: String)
    case unknownElementType(tensor: String, name: String)
    case malformedShape(tensor: String, shape: [Int])
    case byteCountMismatch(tensor: String, type: ElementType, shape: [Int], bytes: Int)
    case offsetsOutOfBounds(tensor: String, begin: Int, end: Int, available: Int)
    case overlappingTensors(first: String, second: String)
    case unclaimedBytes(begin: Int, end: Int)
    case shorterThanDeclared(tensor: String, size: Int, needed: Int)

    // The file does not hold what was asked for.
    case noSuchTensor(String, nearest: String?)
    case notFloats(tensor: String, type: ElementType)
    case notIntegers(tensor: String, type: ElementType)
    case noWeights(found: [String])
    case unreadableIndex(detail: String)
    case emptyIndex
    case shardNameNotPlain(tensor: String, shard: String)
    case missingShard(shard: String, tensors: Int)
    case tensorNotInShard(tensor: String, shard: String)

    // What was to be written does not add up.
    case duplicateTensor(String)
    case wrongElementCount(tensor: String, shape: [Int], count: Int)

    // Somebody else, or the machine.
    case locked(pid: Int32?)
    case system(action: String, code: Int32, text: String)
    case diskFull(action: String)
  }

  /// The file or directory it is about.
  public let path: String
  public let reason: Reason

  public init(path: String, reason: Reason) {
    self.path = path
    self.reason = reason
  }

  public var description: String { "\(path): \(reason.words)" }
}

extension HFFilesError.Reason {
  /// All wording of this module, in one place.
  fileprivate var words: String {
    switch self {
    case .tooShortForHeader(let size):
      "\(size) bytes is too short for a safetensors file, which begins with 8 bytes of header length"
        + " — was the download interrupted?"
    case .headerTooLong(let declared, let limit):
      "declares a header of \(declared) bytes, more than the \(limit) allowed — is this a safetensors file?"
    case .truncatedHeader(let declared, let size):
      "declares a header of \(declared) bytes, but the whole file has \(size) — the file is cut off"
        + " or is no safetensors file"
    case .unreadableHeader(let detail):
      "the header is not the JSON object that safetensors asks for: \(detail)"
    case .malformedEntry(let tensor, let detail):
      "header entry `\(tensor)`: \(detail)"
    case .unknownElementType(let tensor, let name):
      "`\(tensor)` has dtype `\(name)`, which is not known; known are "
        + ElementType.allCases.map(\.rawValue).joined(separator: ", ")
    case .malformedShape(let tensor, let shape):
      "`\(tensor)` has shape \(shape), which has a negative size or more elements than can be counted"
    case .byteCountMismatch(let tensor, let type, let shape, let bytes):
      "`\(tensor)` is \(type.rawValue) \(shape), but its data_offsets span \(bytes) bytes"
    case .offsetsOutOfBounds(let tensor, let begin, let end, let available):
      "`\(tensor)` has data_offsets [\(begin), \(end)], outside 0...\(available)"
    case .overlappingTensors(let first, let second):
      "`\(first)` and `\(second)` share bytes"
    case .unclaimedBytes(let begin, let end):
      "bytes \(begin)..<\(end) of the data belong to no tensor — was the file changed after it was written?"
    case .shorterThanDeclared(let tensor, let size, let needed):
      "`\(tensor)` needs \(needed) bytes of file, which has \(size) — the file is cut off; fetch or copy it again"
    case .noSuchTensor(let name, let nearest):
      "has no tensor `\(name)`" + (nearest.map { " — did you mean `\($0)`?" } ?? "")
    case .notFloats(let tensor, let type):
      "`\(tensor)` is \(type.rawValue); weights are read from F32, BF16 and F16"
    case .notIntegers(let tensor, let type):
      "`\(tensor)` is \(type.rawValue); integers are read from I64 and I32"
    case .noWeights(let found):
      "has neither `model.safetensors` nor `model.safetensors.index.json`"
        + (found.isEmpty ? "" : "; it has \(found.map { "`\($0)`" }.joined(separator: ", "))")
        + " — give a Hugging Face directory with safetensors weights"
    case .unreadableIndex(let detail):
      "is not an index of shards (`{\"weight_map\": {tensor: file}}`): \(detail)"
    case .emptyIndex:
      "`weight_map` names no tensor"
    case .shardNameNotPlain(let tensor, let shard):
      "places `\(tensor)` in `\(shard)`; a shard is a plain file name in the same directory"
    case .missingShard(let shard, let tensors):
      "names `\(shard)` for \(tensors) \(tensors == 1 ? "tensor" : "tensors"), but that file is not there"
        + " — fetch the missing file"
    case .tensorNotInShard(let tensor, let shard):
      "places `\(tensor)` in `\(shard)`, which has no such tensor — are both from the same checkpoint?"
    case .duplicateTensor(let name):
      "`\(name)` was to be written twice"
    case .wrongElementCount(let tensor, let shape, let count):
      "`\(tensor)` was announced as \(shape), but \(count) elements came"
    case .locked(let pid):
      "is in use by \(pid.map { "process \($0)" } ?? "another process"), and two trainers in one directory"
        + " would overwrite each other — stop that one, or choose another directory (`--set output.dir=DIR`)"
    case .system(let action, let code, let text):
      "cannot \(action): \(text) (errno \(code))"
    case .diskFull(let action):
      "cannot \(action): no space left on the device — nothing was put in place; free some space and go on (a run: with `--resume`)"
    }
  }
}
