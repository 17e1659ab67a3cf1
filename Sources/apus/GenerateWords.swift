import Foundation
import Generation
import Tokenizers

extension GeneratedSequence.Finish {
  /// In a few words, for lists.
  var name: String {
    switch self {
    case .stop: "end token"
    case .stopString: "stop string"
    case .length: "cap"
    case .repetition: "repetition"
    case .paused: "paused"
    }
  }

  /// Why a continuation is over, for people.
  ///
  /// - Parameters:
  ///   - sequence: What ended, to name its last token; nil where that is not at hand.
  ///   - cap: New tokens that it could have had.
  ///   - session: What it was generated with.
  /// - Returns: `end token <|endoftext|>`, `the same 7 tokens 12 times`, …
  func words(_ sequence: GeneratedSequence?, cap: Int, _ session: GenerateSession) -> String {
    switch self {
    case .stop:
      return "end token" + (sequence?.tokens.last.map { " \(session.tokenizer.token($0))" } ?? "")
    case .stopString(let text, _): return "stop string \(quotedJSON(text))"
    case .length where cap < session.maxNewTokens:
      return "cut at the model's last position, \(session.positions)"
    case .length, .paused: return "cut at the cap of \(counted(cap, "token"))"
    case .repetition(let period, let count): return "the same \(counted(period, "token")) \(count) times"
    }
  }
}

extension GenerationStatistics {
  /// What else happened that is worth a word, from "; " on; empty where nothing did.
  var remarks: String {
    var parts: [String] = []
    if sharedTokens > 0 { parts.append("\(counted(sharedTokens, "token")) not computed again") }
    if draftedTokens > 0 {
      parts.append("\(acceptedTokens) of \(counted(draftedTokens, "guess", "guesses")) right")
    }
    if forcedTokens > 0 { parts.append("\(forcedTokens) forced to end thinking") }
    if preemptions > 0 { parts.append("\(counted(preemptions, "time")) short of memory for keys and values") }
    return parts.map { "; " + $0 }.joined()
  }
}

func counted(_ count: Int, _ one: String, _ many: String? = nil) -> String {
  count == 1 ? "1 \(one)" : "\(count) \(many ?? one + "s")"
}

/// Shows text of a model at once. On a terminal control characters, with which a text could do anything to it, become
/// dots.
func show(_ text: String) {
  guard !text.isEmpty else { return }
  print(isatty(STDOUT_FILENO) == 1 ? harmless(text) : text, terminator: "")
  fflush(nil)
}

private func harmless(_ text: String) -> String {
  var shown = ""
  for scalar in text.unicodeScalars {
    let isControl = scalar.properties.generalCategory == .control && scalar != "\n" && scalar != "\t"
    shown.unicodeScalars.append(isControl ? "·" : scalar)
  }
  return shown
}
