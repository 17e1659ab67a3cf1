import Rewards

let math = try Verifiers.make("math")
let completions = [
  Completion(text: "Half of it, so $\\boxed{\\frac{2}{4}}$.", groundTruth: "0.5"),
  Completion(text: "The answer is \\boxed{0.6}.", groundTruth: "0.5"),
  Completion(text: "I do not know.", groundTruth: "0.5"),
]
for verdict in await math.verify(completions) {  // on all cores
  print(verdict.status.rawValue, verdict.score ?? "no verdict", verdict.extracted ?? "-")
}
