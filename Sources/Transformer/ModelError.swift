/// What is wrong with a model directory.
public struct ModelError: Error, Sendable, Equatable, CustomStringConvertible {
  public enum Reason: Sendable, Equatable {
    case missingFile
    case notJSON(String)
    case missingKey(String)
    case wrongType(key: String, found: String, expected: String)
    case outOfRange(key: String, found: String, allowed: String)
    case unsupported(key: String, found: String, supported: String)
    case missingTensor(String, hint: String)
    case unexpectedTensors([String])
    case wrongShape(tensor: String, found: [Int], expected: [Int], meaning: String)
    case notFinite(tensor: String)
  }

  /// The file or directory.
  public var path: String
  public var reason: Reason

  public var description: String { "\(path): \(words)" }

  private var words: String {
    switch reason {
    case .missingFile:
      "no such file — a model directory holds config.json and model.safetensors (or shards with an index)"
    case .notJSON(let detail):
      "not valid JSON (\(detail))"
    case .missingKey(let key):
      "`\(key)` is missing"
    case .wrongType(let key, let found, let expected):
      "`\(key)` is \(found), but must be \(expected)"
    case .outOfRange(let key, let found, let allowed):
      "`\(key)` is \(found), but must be \(allowed)"
    case .unsupported(let key, let found, let supported):
      "`\(key)` is \(found), which is not supported; supported: \(supported)"
    case .missingTensor(let name, let hint):
      "tensor `\(name)` is missing — \(hint)"
    case .unexpectedTensors(let names):
      "tensors that this architecture does not have: \(names.prefix(3).map { "`\($0)`" }.joined(separator: ", "))"
        + (names.count > 3 ? " and \(names.count - 3) more" : "")
        + " — does config.json belong to these weights?"
    case .wrongShape(let tensor, let found, let expected, let meaning):
      "`\(tensor)` is \(found), but config.json asks for \(expected)\(meaning) — are both files from the same checkpoint?"
    case .notFinite(let tensor):
      "`\(tensor)` holds NaN or infinite numbers"
    }
  }
}
