package import Randomness

/// A chain that can be worked through again with other numbers.
package struct ExecutedChain: Sendable {
  private struct Link: Sendable {
    /// With the number that the chain gives it.
    var problem: any ChainProblem
    var answer: Int
    /// Nil for the first.
    var adapter: ChainAdapter?
    var number: Int?
  }

  private var links: [Link]

  /// - Returns: Nil where the problem's answer is no whole number within ±10⁶.
  package static func opening<Family: ChainableTask>(_ family: Family, _ problem: Family.Problem)
    -> ExecutedChain?
  {
    ExecutedChain(opening: family.chainProblem(problem))
  }

  init?(opening problem: any ChainProblem) {
    guard let answer = problem.answer, ChainAdapter.isWithinLimit(answer) else { return nil }
    links = [Link(problem: problem, answer: answer)]
  }

  package var horizon: Int { links.count }

  /// The last problem on its own, with its number.
  var lastPrompt: String { links.last?.problem.prompt ?? "" }

  /// The chain with one more problem, whose number is what `adapter` makes of the last answer; or why that cannot be.
  package func adding<Family: ChainableTask>(
    _ family: Family, _ problem: Family.Problem, through adapter: ChainAdapter
  ) -> Result<ExecutedChain, ChainRejection> {
    adding(family.chainProblem(problem), through: adapter)
  }

  func adding(
    _ problem: any ChainProblem, through adapter: ChainAdapter
  ) -> Result<ExecutedChain, ChainRejection> {
    guard let last = links.last, problem.input != nil else { return .failure(.refusedByFamily) }
    let number: Int
    switch adapter.result(of: last.answer) {
    case .failure(let reason): return .failure(reason)
    case .success(let value): number = value
    }
    guard let problem = problem.replacing(number), let answer = problem.answer else {
      return .failure(.refusedByFamily)
    }
    guard ChainAdapter.isWithinLimit(answer) else { return .failure(.outOfRange) }
    var longer = self
    longer.links.append(Link(problem: problem, answer: answer, adapter: adapter, number: number))
    let bare = longer.bare(.compact)
    return ChainVerification.depends(bare, program: longer.program)
      ? .success(longer) : .failure(.independent)
  }

  /// Why the written chain must not be used; nil for a good one.
  package func verify(_ chain: Chain) -> ChainRejection? {
    ChainVerification(isExecutable: true).rejection(of: chain, program: program)
  }

  /// The answer of a part with another number.
  private func program(_ part: Int, _ number: Int?) -> Int? {
    guard let number else { return links[part].problem.answer }
    return links[part].problem.replacing(number)?.answer
  }

  /// The chain with worked solutions. The teacher's slips are carried on: the next problem is then worked out with the
  /// number that the slip leads to, or, where its family has no such problem, with the right one.
  package func written(_ wording: ChainWording, by teacher: Teacher, _ rng: inout CounterRNG) -> Chain {
    var chain = bare(wording)
    var previous: Int?
    for index in links.indices {
      let link = links[index]
      var (problem, number) = (link.problem, link.number)
      if let previous, case .success(let other)? = link.adapter?.result(of: previous), other != number,
        let slipped = problem.replacing(other)
      {
        (problem, number) = (slipped, other)
      }
      let text = problem.solution(by: teacher, rng: &rng)
      var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
      var answer = problem.answer ?? link.answer
      if let last = lines.last, last.hasPrefix("#### ") {
        answer = Int(last.dropFirst(5)) ?? answer
        lines.removeLast()
      }
      chain.parts[index].solution = Chain.Solution(
        steps: lines.joined(separator: "\n"), number: number, answer: answer)
      previous = answer
    }
    return chain
  }

  /// The chain without worked solutions.
  private func bare(_ wording: ChainWording) -> Chain {
    let parts = links.map { link in
      Chain.Part(
        id: link.problem.family, question: link.problem.prompt, answer: link.answer, link: Self.link(link))
    }
    return Chain(
      composer: "executed", wording: wording, parts: parts, verifier: links.last?.problem.verifier ?? "")
  }

  private static func link(_ link: Link) -> Chain.Link? {
    guard let adapter = link.adapter, let number = link.number else { return nil }
    let name = ChainVariable.name(for: link.problem.prompt) ?? "n"
    let text = link.problem.prompt(naming: name)
    // The two texts are alike up to the name; where they are not, the verification says so.
    let start = zip(text.unicodeScalars, link.problem.prompt.unicodeScalars).prefix { $0 == $1 }.count
    return Chain.Link(
      name: name, adapter: adapter, number: number, text: text,
      span: start..<(start + String(number).unicodeScalars.count))
  }
}
