/// Which rows of a file are in a slice of it: the threshold is that of all its rows, training and held-out ones, as
/// for `apus segment`.
struct RowSlice: Sendable {
  private let filter: SliceFilter
  /// Of the prompts, by row.
  private let lengths: [UInt32]
  private let segmentation: LengthSegmentation

  /// Nil where there are no rows.
  ///
  /// - Parameters:
  ///   - filter: The slice.
  ///   - lengths: Of the prompts, by row, as `filter` measures them.
  init?(_ filter: SliceFilter, lengths: [UInt32]) {
    guard let segmentation = LengthSegmentation(lengths.map { Int($0) }, at: filter.threshold) else {
      return nil
    }
    self.filter = filter
    self.lengths = lengths
    self.segmentation = segmentation
  }

  /// For people: what is in the slice, of all rows.
  var line: String { segmentation.line(filter.slice, measure: filter.measure) }

  /// - Parameters:
  ///   - rows: Some of the file's.
  ///   - source: For the message.
  /// - Returns: Those of the slice, in their order.
  /// - Throws: ``DataError`` where none is.
  func rows(_ rows: [UInt32], source: String) throws(DataError) -> [UInt32] {
    let chosen = rows.filter { segmentation.contains(Int(lengths[Int($0)]), in: filter.slice) }
    if chosen.isEmpty {
      let threshold = "\(segmentation.threshold) \(filter.measure.rawValue)"
      throw DataError(.emptySlice(source: source, slice: filter.slice, threshold: threshold))
    }
    return chosen
  }
}
