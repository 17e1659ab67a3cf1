internal import Foundation

/// Where a merged model came from, for programs (`merge.json`) and for people (`README.md`).
struct MergeProvenance {
  let merge: ModelMerge
  let notes: [String]
  /// Of the base, the models and the result, in this order.
  let digests: [String]

  func json() throws -> Data {
    let models: [[String: Any]] = zip(merge.models, digests.dropFirst()).map { model, digest in
      ["directory": model.directory, "weight": model.weight, "weights_digest": digest]
    }
    var record: [String: Any] = [
      "written_by": merge.tool, "method": merge.method.name.rawValue,
      "base": ["directory": merge.base, "weights_digest": digests[0]], "models": models, "notes": notes,
      "weights_digest": digests[digests.count - 1],
      "dtype": merge.precision?.rawValue ?? "as the base",
    ]
    if let tokenizer = merge.tokenizer { record["tokenizer"] = tokenizer }
    record["parameters"] = try JSONSerialization.jsonObject(
      with: Data("{\(numbers(": ", quoted: true))}".utf8))
    var data = try JSONSerialization.data(
      withJSONObject: record, options: [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes])
    data.append(UInt8(ascii: "\n"))
    return data
  }

  /// A model card.
  var card: String {
    let names = [merge.base] + merge.models.map(\.directory)
    let unique = names.indices.filter { names[..<$0].contains(names[$0]) == false }.map { names[$0] }
    let rows = zip(merge.models, digests.dropFirst()).map { "| \($0.directory) | \($0.weight) | `\($1)` |" }
    let parameters = merge.method.parameters.isEmpty ? "" : " with \(numbers(" ", quoted: false))"
    let overlooked =
      notes.isEmpty ? "" : "\nOverlooked:\n\n" + notes.map { "- \($0)" }.joined(separator: "\n") + "\n"
    return """
      ---
      library_name: transformers
      tags: [merge]
      base_model:
      \(unique.map { "- \($0)" }.joined(separator: "\n"))
      ---

      # Merged model

      Made by `\(merge.tool)`, method `\(merge.method.name.rawValue)`\(parameters); arithmetic in double precision on weights read as
      fp32. The same in `merge.json`.

      | model | weight | weights |
      |---|---|---|
      | \(merge.base) | base | `\(digests[0])` |
      \(rows.joined(separator: "\n"))

      Result: `\(digests[digests.count - 1])`.
      \(overlooked)
      """
  }

  private func numbers(_ separator: String, quoted: Bool) -> String {
    merge.method.parameters.map { name, value in
      quoted
        ? "\"\(name)\"\(separator)\(value)"
        : "`\(name)`\(separator)\(value.replacingOccurrences(of: "\"", with: ""))"
    }
    .joined(separator: ", ")
  }
}
