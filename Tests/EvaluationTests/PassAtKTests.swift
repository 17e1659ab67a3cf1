import Evaluation
import Foundation
import Testing

@Suite struct `Pass at k` {
  @Test func `three right of sixteen, by hand`() {
    // 1 − (13·12) / (16·15) = 0.35
    #expect(abs(passAtK(samples: 16, correct: 3, k: 2) - 0.35) < 1e-12)
    #expect(passAtK(samples: 16, correct: 3, k: 1) == 1 - (1 - 1 / 14.0) * (1 - 1 / 15.0) * (1 - 1 / 16.0))
    #expect(passAtK(samples: 5, correct: 0, k: 5) == 0)
    #expect(passAtK(samples: 8, correct: 1, k: 8) == 1)
  }

  @Test func `pass@1 is the share of right answers, and more answers never hurt`() {
    for correct in 0...12 {
      #expect(abs(passAtK(samples: 12, correct: correct, k: 1) - Double(correct) / 12) < 1e-12)
      let curve = (1...12).map { passAtK(samples: 12, correct: correct, k: $0) }
      #expect(zip(curve, curve.dropFirst()).allSatisfy { $0 <= $1 })
    }
  }

  struct Golden: Decodable {
    struct Case: Decodable {
      struct Input: Decodable { var cases: [[Int]] }
      struct Expected: Decodable { var values: [Double] }
      var input: Input, expected: Expected
    }
    var cases: [Case]
  }

  @Test func `matches exact fractions`() throws {
    let url = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/pass-at-k.json")
    for golden in try JSONDecoder().decode(Golden.self, from: Data(contentsOf: url)).cases {
      for (numbers, expected) in zip(golden.input.cases, golden.expected.values) {
        let value = passAtK(samples: numbers[0], correct: numbers[1], k: numbers[2])
        #expect(abs(value - expected) < 1e-12, "\(numbers)")
      }
    }
  }

  @Test(.timeLimit(.minutes(1))) func `takes no longer for counts that nobody has`() {
    let huge = 1_000_000_000_000_000_000
    #expect(passAtK(samples: huge, correct: huge / 10, k: huge / 10) == 1)
    #expect(abs(passAtK(samples: huge, correct: 1, k: huge / 4) - 0.25) < 1e-12)
  }
}
