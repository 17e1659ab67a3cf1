/// Splits sequences into stretches, in order, of at most `limit` tokens that are computed; one sequence may be longer by
/// itself.
///
/// - Parameters:
///   - count: Sequences.
///   - limit: Tokens that one forward and backward holds.
///   - cost: Tokens that sequence `index` adds; `first` where it begins a stretch, and has nothing before it to share.
/// - Returns: Ranges that follow one another and cover `0..<count`.
package func microbatches(count: Int, limit: Int, cost: (_ index: Int, _ first: Bool) -> Int) -> [Range<Int>]
{
  var ranges: [Range<Int>] = []
  var start = 0
  var tokens = 0
  for index in 0..<count {
    var added = cost(index, index == start)
    if index > start && tokens + added > limit {
      ranges.append(start..<index)
      start = index
      tokens = 0
      added = cost(index, true)
    }
    tokens += added
  }
  if start < count { ranges.append(start..<count) }
  return ranges
}
