internal import Foundation
internal import Recipe
internal import Testing

/// A recipe that lacks nothing, for tests that are about one more line.
let minimalRecipe = """
  data:
    train: {task: arithmetic_chain}
  stages:
    - {kind: rl, steps: 10}

  """

func load(_ text: String, _ overrides: String...) throws -> ResolvedRecipe {
  try RecipeLoader.load(text: text, path: "test.yaml", overrides: overrides)
}

/// What the user reads when `text` is refused.
func refusal(_ text: String, _ overrides: String...) -> String {
  do {
    _ = try RecipeLoader.load(text: text, path: "test.yaml", overrides: overrides)
    return "accepted"
  } catch {
    return error.description
  }
}

extension ResolvedRecipe {
  func entry(_ keyPath: String) throws -> ResolvedEntry {
    try #require(entries.first { $0.keyPath == keyPath }, "no entry \(keyPath)")
  }
}

/// A folder of recipes that is gone when the test is over.
final class RecipeFolder {
  let url: URL

  init(_ files: [String: String]) throws {
    url = URL(filePath: NSTemporaryDirectory()).appending(path: "apus-recipes-\(UUID().uuidString)")
    for (name, text) in files {
      let file = url.appending(path: name)
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: file)
    }
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  func path(_ name: String) -> String { url.appending(path: name).path(percentEncoded: false) }

  /// What the user reads when the file is refused, the folder's own path left out.
  func refusal(_ name: String, _ overrides: String...) -> String {
    do {
      _ = try RecipeLoader.load(path: path(name), overrides: overrides)
      return "accepted"
    } catch {
      return error.description.replacingOccurrences(of: url.path(percentEncoded: false) + "/", with: "")
    }
  }
}
