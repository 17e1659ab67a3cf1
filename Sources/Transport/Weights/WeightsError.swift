/// Why weights or a model's files could not be taken over. Whoever sent them is told, or the transfer begins again; the run
/// goes on.
public enum WeightsError: Error, Sendable, Hashable, CustomStringConvertible {
  case badTensorName(String)
  case badShape(tensor: String, [Int])
  case tooManyBytes(limit: Int)
  case otherModel(found: Int, expected: Int)
  case badChunk(index: Int, String)
  case wrongManifest(expected: String, found: String)
  case wrongDigest(chunk: Int, leaf: String)
  case badFileName(String)
  case badFiles(String)
  case wrongFiles(expected: String, found: String)

  public var description: String {
    switch self {
    case .badTensorName(let name):
      "tensor name `\(name.prefix(80))` is empty, longer than \(WeightsLayout.nameLimit) bytes, holds a NUL, or is there twice"
    case .badShape(let tensor, let shape):
      "`\(tensor)` has the shape \(shape), which is not that of a tensor in memory"
    case .tooManyBytes(let limit):
      "weights of more than \(limit) bytes"
    case .otherModel(let found, let expected):
      "weights of \(found) bytes, but this model has \(expected): they belong to another model"
    case .badChunk(let index, let reason):
      "chunk \(index) of the transfer \(reason)"
    case .wrongManifest(let expected, let found):
      "digests of the tensors add up to \(found), but \(expected) was asked for: the transfer is damaged or is of another model"
    case .wrongDigest(let chunk, let leaf):
      "chunk \(chunk): \(leaf) does not have the digest it should have: the transfer is damaged"
    case .badFileName(let name):
      "file name `\(name.prefix(80))` must be 1 to \(ModelKit.nameLimit) characters of A–Z, a–z, 0–9, `.`, `_`, `-`, not begin "
        + "with a dot, and be there once"
    case .badFiles(let reason):
      "the model's files \(reason)"
    case .wrongFiles(let expected, let found):
      "the model's files have the digest \(found), but \(expected) was asked for: the transfer is damaged"
    }
  }
}
