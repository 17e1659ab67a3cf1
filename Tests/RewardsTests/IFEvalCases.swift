import Rewards
import Testing

/// The verdict of one instruction on a text.
func verdict(_ id: String, _ kwargs: String, _ text: String, score: String? = nil) -> Verdict {
  verdict(ids: [id], kwargs: [kwargs], text, score: score)
}

/// The verdict of several instructions, in the published columns.
func verdict(ids: [String], kwargs: [String], _ text: String, score: String? = nil) -> Verdict {
  let columns = [
    "instruction_id_list": "[" + ids.map { "\"\($0)\"" }.joined(separator: ",") + "]",
    "kwargs": "[" + kwargs.joined(separator: ",") + "]",
  ]
  let parameters = VerifierParameters(score.map { ["score": .text($0)] } ?? [:])
  guard let verifier = try? IFEvalVerifier(parameters) else { fatalError("`score` is not known") }
  return verifier.verify(Completion(text: text, groundTruth: "", columns: columns))
}

/// One kind of instruction: responses that follow it and that do not.
struct InstructionCase: Sendable, CustomTestStringConvertible {
  var id: String
  var kwargs: String
  var yes: [String]
  var no: [String]

  init(_ id: String, _ kwargs: String = "{}", yes: [String], no: [String]) {
    self.id = id
    self.kwargs = kwargs
    self.yes = yes
    self.no = no
  }

  var testDescription: String { "\(id) \(kwargs)" }
}
