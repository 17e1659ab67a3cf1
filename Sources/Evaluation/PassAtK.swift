/// Chance that at least one of k answers is right, estimated without bias from n ≥ k answers of which c are right.
///
///     pass@k = 1 − C(n − c, k) / C(n, k) = 1 − Π_{j = n−c+1}^{n} (1 − k / j)
///
/// The product has c factors in 0...1, so nothing overflows. 0 where c = 0; 1 where fewer than k answers are wrong.
/// (1 − (1 − c/n)^k is biased low.)
///
/// - Parameters:
///   - samples: n, answers to one task.
///   - correct: c, right ones among them, 0...n.
///   - k: Answers one may give, 1...n.
/// - Returns: 0...1.
///
/// Evaluating Large Language Models Trained on Code, arXiv:2107.03374, eq. 1.
public func passAtK(samples: Int, correct: Int, k: Int) -> Double {
  precondition(
    k >= 1 && samples >= k && (0...samples).contains(correct),
    "pass@\(k) of \(samples) samples, \(correct) correct")
  guard samples - correct >= k else { return 1 }
  // C(n−c, k) / C(n, k) is symmetric in c and k: the fewer factors, and none once the product is 0.
  let (steps, other) = (min(correct, k), max(correct, k))
  var noneRight = 1.0
  for j in 0..<steps {
    noneRight *= 1 - Double(other) / Double(samples - j)
    // As good as 0; products of denormal numbers need not reach it.
    if noneRight < 1e-300 { break }
  }
  return 1 - noneRight
}
