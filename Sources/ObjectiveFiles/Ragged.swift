/// Ragged rows as packed arrays, and back.
struct Ragged {
  /// Where each row begins, and at the end where the last one ends.
  let offsets: [Int]

  init(lengths: [Int]) {
    offsets = lengths.reduce(into: [0]) { $0.append(($0.last ?? 0) + $1) }
  }

  /// The rows that `values` holds end to end.
  func rows<Element>(_ values: [Element]) -> [[Element]] {
    zip(offsets, offsets.dropFirst()).map { Array(values[$0..<$1]) }
  }
}
