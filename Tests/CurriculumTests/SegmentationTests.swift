import Curriculum
import Experience
import Testing

@Suite struct `Segmentation by length` {
  @Test func `parts at the mean as the method page works it out`() throws {
    let lengths = [100, 200, 247, 300, 400]
    let segmentation = try #require(LengthSegmentation(lengths, at: .mean))
    #expect(segmentation.threshold == 249.4)
    #expect(lengths.map(segmentation.slice) == [.short, .short, .short, .long, .long])
    #expect(segmentation[.short].count == 3 && segmentation[.short].mean == 547.0 / 3)
    #expect(segmentation[.long].count == 2 && segmentation[.long].mean == 350)
    #expect(segmentation[.all].count == 5 && segmentation[.all].mean == 249.4)
    #expect(
      segmentation.line(.short, measure: .characters)
        == "short: 3 of 5 prompts, up to 249.40 characters, mean 182.33")
  }

  @Test func `gives ties to the short side`() throws {
    let even = try #require(LengthSegmentation([1, 2, 3], at: .mean))
    #expect(even.slice(of: 2) == .short && even[.short].count == 2)
    let all = try #require(LengthSegmentation([7, 7, 7], at: .mean))
    #expect(all[.short].count == 3 && all[.long].count == 0 && all[.long].mean == nil)
    // Thirds that no Double holds: 3·(1/3 of the sum) is still a tie.
    for length in stride(from: 1, to: 100_000, by: 997) {
      let tie = try #require(LengthSegmentation([length - 1, length, length + 1], at: .mean))
      #expect(tie.slice(of: length) == .short && tie.slice(of: length + 1) == .long)
    }
  }

  @Test func `parts at the median, or anywhere`() throws {
    #expect(LengthSegmentation([9, 1, 5], at: .median)?.threshold == 5)
    #expect(LengthSegmentation([9, 1, 5, 6], at: .median)?.threshold == 5.5)
    let fixed = try #require(LengthSegmentation([100, 247, 248], at: .fixed(247.24)))
    #expect(fixed[.short].count == 2 && fixed[.long].count == 1)
    #expect(LengthSegmentation([247, 248], at: .fixed(247.6))?[.short].count == 1)
    #expect(LengthSegmentation([], at: .mean) == nil)
    #expect(LengthSegmentation([.max, .max], at: .median)?[.short].count == 2)  // no overflow
  }

  @Test(arguments: [SliceThreshold.mean, .median, .fixed(40)])
  func `makes two slices that share nothing and are all`(threshold: SliceThreshold) throws {
    let lengths = (0..<200).map { ($0 * 37) % 101 }
    let segmentation = try #require(LengthSegmentation(lengths, at: threshold))
    for length in lengths {
      #expect(segmentation.contains(length, in: .short) != segmentation.contains(length, in: .long))
      #expect(segmentation.contains(length, in: .all))
    }
    #expect(segmentation[.short].count + segmentation[.long].count == 200)
  }

  @Test func `counts Unicode scalars`() {
    #expect(LengthMeasure.characters("naïve") == 5)
    #expect(LengthMeasure.characters("nai\u{308}ve") == 6)
    #expect(LengthMeasure.characters("👨‍👩‍👧") == 5)
  }

  @Test(arguments: [
    ("mean", SliceThreshold.mean), ("median", .median), ("247.24", .fixed(247.24)), ("300", .fixed(300)),
  ])
  func `reads its threshold and writes it again`(text: String, threshold: SliceThreshold) {
    #expect(SliceThreshold(text) == threshold && threshold.text == text)
  }

  @Test(arguments: ["", "Mean", "-1", "nan", "inf", "12 tokens"])
  func `refuses other thresholds`(text: String) { #expect(SliceThreshold(text) == nil) }
}

@Suite struct `Slices of a data file` {
  /// Prompts of 1 to 40 characters.
  private let rows = (1...40).map { #"{"prompt": "\#(String(repeating: "é", count: $0))", "answer": 1}"# }
    .joined(separator: "\n")

  private func lengths(_ filter: SliceFilter) throws -> [Int] {
    try tasks(rows) { $0.slice = filter }.map { $0.prompt.count }.sorted()
  }

  @Test func `are what is trained on`() throws {
    #expect(try lengths(SliceFilter(slice: .short)) == Array(1...20))
    #expect(try lengths(SliceFilter(slice: .long)) == Array(21...40))
    #expect(try lengths(SliceFilter(slice: .all)) == Array(1...40))
    #expect(try lengths(SliceFilter(slice: .long, threshold: .fixed(38))) == [39, 40])
    let report = try stream(rows) { $0.slice = SliceFilter(slice: .short, threshold: .median) }.report
    #expect(report.trainRows == 20)
    #expect(
      report.detected.contains("rows.jsonl: short: 20 of 40 prompts, up to 20.50 characters, mean 10.50"))
  }

  @Test func `do not change what is held out, nor where the whole file is parted`() throws {
    try withFile(rows) { path in
      func stream(_ filter: SliceFilter?) throws -> TaskStream {
        var configuration = DataConfiguration()
        configuration.train = .file(FileSource(path: path, slice: filter))
        return try TaskStream(configuration, seed: 1)
      }
      let (whole, short) = (try stream(nil), try stream(SliceFilter(slice: .short)))
      let long = try stream(SliceFilter(slice: .long))
      let count = try #require(whole.report.heldOutRows)
      #expect(try short.heldOut(count: count) == whole.heldOut(count: count))
      #expect((short.report.trainRows ?? 0) + (long.report.trainRows ?? 0) == whole.report.trainRows)
    }
  }

  @Test func `of a held-out file are what is measured on`() throws {
    try withFile(rows) { path in
      var configuration = DataConfiguration()
      configuration.heldOut = .file(FileSource(path: path, slice: SliceFilter(slice: .long)))
      let stream = try TaskStream(configuration, seed: 1)
      #expect(stream.report.heldOutRows == 20)
      #expect(try stream.heldOut(count: 20).map(\.prompt.count).sorted() == Array(21...40))
    }
  }

  @Test func `in tokens need someone to count them`() throws {
    try withFile(rows) { path in
      var configuration = DataConfiguration()
      configuration.train = .file(FileSource(path: path, slice: SliceFilter(slice: .long, measure: .tokens)))
      #expect(throws: DataError(.noTokenCounts, file: path)) { try TaskStream(configuration, seed: 1) }
      let stream = try TaskStream(configuration, seed: 1, countTokens: { $0.utf8.count })
      #expect(stream.report.detected.last?.contains("beyond 41.00 tokens") == true)
      struct Refusal: Error {}
      #expect(throws: DataError.self) {
        try TaskStream(configuration, seed: 1, countTokens: { _ in throw Refusal() })
      }
    }
  }

  @Test func `part a file at one place however its rows are filtered, repeat or are held out`() throws {
    // Two prompts that are one but for blanks stand on both sides of the mean.
    let repeated =
      #"{"prompt": "ééééé", "answer": 1}"# + "\n"
      + #"{"prompt": "\#("ééééé" + String(repeating: " ", count: 30))", "answer": 1}"#
    try withFile(rows + "\n" + repeated) { path in
      func prompts(_ slice: PromptSlice) throws -> [String] {
        var configuration = DataConfiguration()
        configuration.train = .file(
          FileSource(
            path: path, filter: RowFilter(promptCharacters: 3...40), slice: SliceFilter(slice: slice)))
        configuration.deduplicates = true
        let stream = try TaskStream(configuration, seed: 1)
        return try (0..<UInt64(stream.report.trainRows ?? 0)).map { try stream.task(at: $0).prompt }.sorted()
      }
      let (short, long) = (try prompts(.short), try prompts(.long))
      let all = try prompts(.all)
      #expect((short + long).sorted() == all)
    }
  }

  @Test func `in tokens pass over, or stop at, a row that cannot be counted`() throws {
    try withFile(rows) { path in
      struct Refusal: Error {}
      func stream(_ policy: BadRowPolicy) throws -> TaskStream {
        var configuration = DataConfiguration()
        configuration.train = .file(
          FileSource(path: path, slice: SliceFilter(slice: .all, measure: .tokens), onBadRow: policy))
        return try TaskStream(configuration, seed: 1) { text in
          if text.count == 7 { throw Refusal() }
          return text.count
        }
      }
      let error = #expect(throws: DataError.self) { try stream(.stop) }
      #expect(
        error?.description.contains("rows.jsonl:7: the tokenizer cannot count this row: Refusal()") == true)
      let skipping = try stream(.skip)
      #expect(skipping.report.badRows == 1)
    }
  }

  @Test func `that are empty are an error`() {
    let error = #expect(throws: DataError.self) {
      try lengths(SliceFilter(slice: .long, threshold: .fixed(40)))
    }
    #expect(
      error?.description.hasPrefix("`rows.jsonl` has no long prompts: the slices part at 40.0 characters")
        == true)
  }
}
