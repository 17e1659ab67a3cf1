/// How much of a sequence is said again: 1 − unique n-grams / n-grams.
///
/// - Parameters:
///   - elements: Words or token ids.
///   - ngram: Elements per n-gram, at least 1.
/// - Returns: In [0, 1); 0 where the sequence is shorter than one n-gram.
public func repeatedShare(_ elements: [some Hashable], ngram: Int) -> Double {
  precondition(ngram >= 1, "n-grams of \(ngram)")
  guard elements.count >= ngram else { return 0 }
  let count = elements.count - ngram + 1
  let distinct = Set((0..<count).map { elements[$0..<$0 + ngram] })
  return 1 - Double(distinct.count) / Double(count)
}

/// Which elements lie inside an n-gram that occurred earlier in the same sequence.
///
/// - Parameters:
///   - elements: Words or token ids.
///   - ngram: Elements per n-gram, at least 1.
/// - Returns: One per element.
public func repeatedElements<Element: Hashable>(_ elements: [Element], ngram: Int) -> [Bool] {
  precondition(ngram >= 1, "n-grams of \(ngram)")
  var isRepeated = [Bool](repeating: false, count: elements.count)
  guard elements.count >= ngram else { return isRepeated }
  var seen = Set<ArraySlice<Element>>()
  // Elements below it are marked already: each is marked once, however many n-grams cover it.
  var marked = 0
  for start in 0...(elements.count - ngram) where !seen.insert(elements[start..<start + ngram]).inserted {
    for index in max(start, marked)..<(start + ngram) { isRepeated[index] = true }
    marked = start + ngram
  }
  return isRepeated
}

/// The dense repetition penalty as what each token answers for: its own penalty and, discounted, those after
/// it.
///
///     a_t = Σ_{s ≥ t} γ^(s − t) p_s,    p_s = penalty inside a repeated n-gram, else 0
///
/// The paper discounts with γ = 0.99 through a critic, so that the penalty stays near the tokens that repeat.
/// Group methods have no critic: a_t is meant to be added to the token's advantage.
///
/// - Parameters:
///   - elements: Token ids of one response.
///   - ngram: Tokens per n-gram, at least 1 (paper: 40).
///   - penalty: At most 0 (paper: −0.05).
///   - gamma: Discount, 0…1.
/// - Returns: One per token.
///
/// "Demystifying Long Chain-of-Thought Reasoning in LLMs", arXiv:2502.03373, §4.3.
public func discountedRepetitionPenalty(
  _ elements: [some Hashable], ngram: Int, penalty: Double, gamma: Double
) -> [Double] {
  var following = 0.0
  return repeatedElements(elements, ngram: ngram).reversed().map { isRepeated in
    following = (isRepeated ? penalty : 0) + gamma * following
    return following
  }.reversed()
}

/// The words of a text as the repetition penalty compares them: lower case, split at white space.
///
/// - Parameter text: Any text.
/// - Returns: No empty ones.
public func repetitionWords(of text: String) -> [String] {
  text.lowercased().unicodeScalars.split { $0.properties.isWhitespace }.map { String($0) }
}
