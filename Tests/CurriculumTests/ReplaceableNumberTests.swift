import Curriculum
import Testing

@Suite struct `Numbers that a name can replace` {
  private func values(_ question: String, solution: String? = nil) -> [Int] {
    var unused = ChainRejections()
    return ReplaceableNumber.all(in: question, solution: solution, rejections: &unused).map(\.value)
  }

  private func reasons(_ question: String, solution: String? = nil) -> [ChainRejection: Int] {
    var rejections = ChainRejections()
    _ = ReplaceableNumber.all(in: question, solution: solution, rejections: &rejections)
    return rejections.counts
  }

  @Test(arguments: [
    ("Tom has 25 stickers and gives away 9.", [25, 9]), ("It costs $1,200, or $35 a month.", [1200, 35]),
    ("20% of (45) are \"30\"?", [20, 45, 30]), ("A 120-page book has 14 chapters.", [120, 14]),
    ("He paid £17.", [17]), ("Sum: 12; 13! Is it 14?", [12, 13, 14]), ("25", [25]), ("She has 8.", [8]),
    ("Rent is $1900 a month.", [1900]), ("They sold the house. 12 people came.", [12]),
    ("10 boys are often late, and twenty girls.", [10]), ("25 boys and twenty girls", [25]),
  ])
  func `are amounts, with or without a currency, a percent sign or a hyphen`(
    question: String, expected: [Int]
  ) {
    #expect(values(question) == expected)
  }

  @Test(arguments: [
    "He ate 1/2 of it.", "3 1/2 cups", "2.5 miles", "It is 7:30.", "at 6 pm", "at 6 p.m.", "at 5 o'clock",
    "at 6 in the morning", "On May 5 he left.", "on 5 June", "the 5th", "In 2010 he was born", "x^2 + {3}",
    "H2O",
    "Day 3 was hot", "grade 7", "No. 4 is out", "5x", "20cm", "-5 degrees", "007", "1,2", "1,2345",
    "ratio 3:4",
    "1 apple and 0 pears", "from 3-4 boxes", "3 and 1/4 miles", "$5$", "1234567 ants",
    "99999999999999999999 ants",
    "100% of them",
  ])
  func `are no parts of dates, times, fractions, labels and words, nor 0 and 1`(question: String) {
    #expect(values(question) == [])
    #expect(reasons(question).keys.allSatisfy { $0 == .numberInName })
  }

  @Test func `stand only once, in whatever form`() {
    #expect(values("6 rows of 6 pens and 4 pencils") == [4])
    #expect(values("1,000 ants and 1000 bees and 25.00 and 25") == [])
    #expect(reasons("6 rows of 6 pens and 4 pencils") == [.numberRepeated: 2])
  }

  @Test(arguments: [
    "25 boys, and twenty-five girls", "12 eggs: a dozen", "He bought 2. Both were good.",
    "3 sisters; the third is",
    "There are 7 days in it.", "60 minutes make an hour", "400 or four hundred",
  ])
  func `are not given away by words`(question: String) {
    #expect(values(question) == [])
    #expect(reasons(question)[.numberImplied] == 1)
  }

  @Test func `are calculated with in the worked solution, and no results there`() {
    let question = "Ann, 34, packs 12 boxes of 5 pens and has 60 pens in all."
    #expect(values(question) == [34, 12, 5, 60])
    let solution = "12*5 = $60\n60 pens"
    #expect(values(question, solution: solution) == [12, 5])
    #expect(reasons(question, solution: solution) == [.numberUnused: 1, .numberImplied: 1])
  }

  @Test func `are found in bytes, whatever stands around them`() throws {
    let question = "Zoë’s café sold 17 éclairs"
    var unused = ChainRejections()
    let number = try #require(
      ReplaceableNumber.all(in: question, solution: nil, rejections: &unused).first)
    #expect(String(decoding: Array(question.utf8)[number.range], as: UTF8.self) == "17")
  }

  /// No text may trap.
  @Test func `of cut and garbled texts are found or not`() {
    let text = "On 3 May, 1,000 (25%) of “12-page” books, $7.50 each: 1/2, 3 1/2 a.m., x5 ½ 9"
    var rejections = ChainRejections()
    for start in text.indices {
      for end in text[start...].indices {
        _ = ReplaceableNumber.all(
          in: String(text[start..<end]), solution: String(text[end...]), rejections: &rejections)
      }
    }
    #expect(rejections[.numberInName] > 0)
  }
}
