import Generation
import Testing

@Suite struct `How threads divide a step` {
  /// Steps of `count` on a machine where each division takes a fixed time per row.
  func choices(_ count: Int, together: Double, apart: Double, guess: Division) -> [Division] {
    var control = DivisionControl()
    return (0..<count).map { _ in
      let choice = control.next(rows: 8, guess: guess)
      control.observe(choice, rows: 8, seconds: 8 * (choice == .together ? together : apart))
      return choice
    }
  }

  @Test(arguments: Division.allCases) func `begins as guessed, then takes the faster one`(guess: Division) {
    for (together, apart, faster) in [(1e-5, 3e-5, Division.together), (3e-5, 1e-5, .apart)] {
      let made = choices(400, together: together, apart: apart, guess: guess)
      #expect(made[0] == guess)
      #expect(made.dropFirst(10).count { $0 == faster } >= 380)
    }
  }

  @Test func `tries the slower one now and then, the more rarely the slower it is`() {
    let close = choices(2000, together: 1e-5, apart: 1.2e-5, guess: .together).count { $0 == .apart }
    let far = choices(2000, together: 1e-5, apart: 8e-5, guess: .together).count { $0 == .apart }
    #expect(close > 20 && far < close / 3 && far >= 3, "\(close) and \(far)")
  }

  @Test func `notices when the other becomes faster`() {
    var control = DivisionControl()
    var last: [Division] = []
    for step in 0..<1000 {
      let choice = control.next(rows: 4, guess: .together)
      let slow = step < 300 ? Division.apart : .together
      control.observe(choice, rows: 4, seconds: choice == slow ? 4e-5 : 1e-5)
      if step >= 800 { last.append(choice) }
    }
    #expect(last.count { $0 == .apart } > 190)
  }

  @Test func `one step that was held up does not decide`() {
    var control = DivisionControl()
    for _ in 0..<20 {
      let choice = control.next(rows: 2, guess: .together)
      control.observe(choice, rows: 2, seconds: choice == .together ? 2e-5 : 6e-5)
    }
    control.observe(.together, rows: 2, seconds: 1)
    #expect(control.next(rows: 2, guess: .together) == .together)
  }
}
