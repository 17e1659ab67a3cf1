// Many completions at once, on all cores. Each verdict is a pure function of its completion, so it cannot depend on
// how many threads share the work or on who is done first; only the order of results has to be kept.

extension Verifier {
  /// Judges completions on all cores (Swift's shared pool of threads).
  ///
  /// - Parameter completions: Any number.
  /// - Returns: One verdict each, in their order; those of ``verify(_:)``.
  public func verify(_ completions: [Completion]) async -> [Verdict] {
    await completions.mapConcurrently { verify($0) }
  }
}

extension RewardConfiguration {
  /// The rewards of completions on all cores, each as a group of its own.
  ///
  /// - Parameters:
  ///   - completions: Any number.
  ///   - taskVerifiers: The verifier that each one's task names, as ``VerifierSpec/text``.
  ///   - maximumLength: `max_completion_length`, tokens, for the length terms.
  ///   - verifiers: Made ahead.
  /// - Returns: One result each, in their order; those of ``evaluate(_:taskVerifier:maximumLength:verifiers:)``.
  /// - Precondition: As many verifiers as completions.
  public func evaluate(
    _ completions: [Completion], taskVerifiers: [String], maximumLength: Int, verifiers: PreparedVerifiers
  ) async -> [RewardResult] {
    precondition(
      completions.count == taskVerifiers.count,
      "\(completions.count) completions, \(taskVerifiers.count) verifiers")
    return await Array(completions.indices).mapConcurrently { index in
      evaluate(
        completions[index], taskVerifier: taskVerifiers[index], maximumLength: maximumLength,
        verifiers: verifiers)
    }
  }
}

extension Array where Element: Sendable {
  /// Applies a pure function on all cores and keeps the order.
  func mapConcurrently<Result: Sendable>(
    _ transform: @escaping @Sendable (Element) -> Result
  ) async -> [Result] {
    // Small pieces, so that a slow element holds up few others; not single ones, so that a fast one (20 µs) is not
    // dearer to hand over than to do.
    let size = Swift.max(1, Swift.min(16, count / 64))
    let starts = Swift.stride(from: 0, to: count, by: size)
    return await withTaskGroup(of: (start: Int, results: [Result]).self) { group in
      for start in starts {
        let piece = self[start..<Swift.min(start + size, count)]
        group.addTask { (start, piece.map(transform)) }
      }
      var pieces: [Int: [Result]] = [:]
      for await piece in group { pieces[piece.start] = piece.results }
      return starts.flatMap { pieces[$0] ?? [] }
    }
  }
}
