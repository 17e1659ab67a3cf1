import Rewards

/// A verifier's description, for terminals and for docs/verifiers.md.
enum VerifierPage {
  // MARK: Terminals

  static func text(of verifier: VerifierDescription) -> String {
    var lines = ["\(verifier.name): \(verifier.summary)", ""]
    lines += ["  ground truth  \(verifier.groundTruth)", "  answer        \(verifier.answer)", "  rules"]
    lines += verifier.rules.map { "    - \($0)" }
    if !verifier.parameters.isEmpty {
      lines.append("  parameters")
      let width = verifier.parameters.map(\.name.count).max() ?? 0
      for parameter in verifier.parameters {
        lines.append(
          "    \(pad(parameter.name, width + 2))\(parameter.values); \(standard(of: parameter, quote: ""))")
        lines.append("    \(String(repeating: " ", count: width + 2))\(parameter.meaning)")
      }
    }
    lines.append("  examples")
    for example in verifier.examples {
      lines.append(
        "    \(verdict(of: example)): \(visible(example.response))\(circumstances(of: example, quote: ""))")
    }
    if let source = verifier.source { lines.append("  source        \(source)") }
    return lines.joined(separator: "\n") + "\n"
  }

  // MARK: Pages

  static func page(of verifiers: [VerifierDescription]) -> String {
    """
    # Verifiers

    Made by `apus rewards describe --markdown` from what each verifier says of itself; a test holds this page to it, and
    every verifier to its examples. How to use them: [rewards.md](rewards.md).

    \(verifiers.map { "- [`\($0.name)`](#\($0.name)): \($0.summary)" }.joined(separator: "\n"))

    In examples ⏎ is a line break.

    \(verifiers.map(section).joined(separator: "\n"))
    """
  }

  static func section(of verifier: VerifierDescription) -> String {
    var parts = ["## `\(verifier.name)`", verifier.summary]
    parts.append("**Ground truth:** \(verifier.groundTruth)")
    parts.append("**Answer:** \(verifier.answer)")
    parts.append(verifier.rules.map { "- \($0)" }.joined(separator: "\n"))
    if !verifier.parameters.isEmpty {
      let rows = verifier.parameters.map { parameter in
        "| `\(parameter.name)` | \(cell(parameter.values)) | \(parameter.standard.map { cell(code($0)) } ?? "must be given") "
          + "| \(cell(parameter.meaning)) |"
      }
      parts.append(
        (["| parameter | values | standard | what it changes |", "|---|---|---|---|"] + rows).joined(
          separator: "\n"))
    }
    parts.append(
      verifier.examples.map {
        "- \(verdict(of: $0)): \(code(visible($0.response)))\(circumstances(of: $0, quote: "`"))"
      }
      .joined(separator: "\n"))
    if let source = verifier.source { parts.append("Source: \(source)") }
    return parts.joined(separator: "\n\n") + "\n"
  }

  // MARK: Parts

  private static func verdict(of example: VerifierDescription.Example) -> String {
    switch example.score {
    case nil: "no verdict"
    case 1?: "yes"
    case 0?: "no"
    case let score?: "\(score)"
    }
  }

  /// What stands beside the response: ground truth, parameters, columns, prompt.
  private static func circumstances(of example: VerifierDescription.Example, quote: String) -> String {
    func shown(_ text: String) -> String { quote.isEmpty ? visible(text) : code(visible(text)) }
    var parts: [String] = []
    if !example.groundTruth.isEmpty { parts.append("for \(shown(example.groundTruth))") }
    if !example.parameters.values.isEmpty {
      let pairs = example.parameters.values.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value.text)" }
      parts.append("with \(shown(pairs.joined(separator: ", ")))")
    }
    for (name, value) in example.columns.sorted(by: { $0.key < $1.key }) {
      parts.append("column \(quote)\(name)\(quote) = \(shown(value))")
    }
    if !example.prompt.isEmpty { parts.append("prompt \(shown(example.prompt))") }
    return parts.isEmpty ? "" : (quote.isEmpty ? "   " : " ") + parts.joined(separator: ", ")
  }

  private static func standard(of parameter: VerifierDescription.Parameter, quote: String) -> String {
    parameter.standard.map { "standard \(quote)\($0)\(quote)" } ?? "must be given"
  }

  /// On one line, and not longer than people read.
  private static func visible(_ text: String) -> String {
    let line = text.map { $0.isNewline ? "⏎" : String($0) }.joined()
    return line.count <= 300 ? line : line.prefix(300) + "…"
  }

  /// In as many backticks as it takes.
  private static func code(_ text: String) -> String {
    guard text.contains("`") else { return text.isEmpty ? "(nothing)" : "`\(text)`" }
    let longest = text.split { $0 != "`" }.map(\.count).max() ?? 0
    let fence = String(repeating: "`", count: longest + 1)
    return "\(fence) \(text) \(fence)"
  }

  private static func cell(_ text: String) -> String {
    text.map { $0 == "|" ? "\\|" : String($0) }.joined()
  }
}
