internal import Experience

extension SliceFilter {
  /// The rows of the slice, and a line on them for people.
  ///
  /// - Parameters:
  ///   - rows: To be filtered.
  ///   - whole: The rows whose prompts set the threshold: all of the file, as for `apus segment`.
  ///   - source: The file's name.
  ///   - tokenCount: A prompt's length in tokens; nil where there is no tokenizer.
  /// - Returns: Rows in their order.
  /// - Throws: ``DataError`` where none is left, or tokens cannot be counted.
  func rows(
    _ rows: [ReasoningTask], of whole: [ReasoningTask], source: String, tokenCount: ((String) throws -> Int)?
  ) throws(DataError) -> (rows: [ReasoningTask], line: String) {
    let length: (String) throws -> Int
    switch measure {
    case .characters: length = LengthMeasure.characters
    case .tokens:
      guard let tokenCount else { throw DataError(.noTokenCounts) }
      length = tokenCount
    }
    func lengths(_ rows: [ReasoningTask]) throws(DataError) -> [Int] {
      do {
        return try rows.map { try length($0.prompt) }
      } catch {
        throw DataError(.notCounted("\(error)"), file: source)
      }
    }
    guard let segmentation = LengthSegmentation(try lengths(whole), at: threshold) else {
      throw DataError(.noRows, file: source)
    }
    let chosen = zip(rows, try lengths(rows)).filter { segmentation.contains($0.1, in: slice) }.map(\.0)
    if chosen.isEmpty {
      throw DataError(
        .emptySlice(source: source, slice: slice, threshold: "\(segmentation.threshold) \(measure.rawValue)"))
    }
    return (chosen, "\(source): " + segmentation.line(slice, measure: measure))
  }
}
