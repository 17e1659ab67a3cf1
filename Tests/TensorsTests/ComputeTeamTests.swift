import Synchronization
import Tensors
import Testing

@Suite(.timeLimit(.minutes(1))) struct `Teams of threads` {
  @Test(arguments: 1...4) func `every thread is one member, at the same time`(threads: Int) throws {
    let compute = try Compute(threads: threads)
    for _ in 0..<200 {
      let seen = Mutex<[Int]>([])
      compute.team { member in
        #expect(member.count == threads)
        seen.withLock { $0.append(member.index) }
        member.meet()
        // All have come before any goes on.
        #expect(seen.withLock { $0.sorted() } == Array(0..<threads))
      }
    }
  }

  /// Each writes its number of the round, meets the others, and sees theirs: numbers in memory without a lock.
  @Test(arguments: [(1, 100_000), (2, 100_000), (3, 10_000), (4, 10_000)])
  func `a meeting separates what comes before it from what comes after`(threads: Int, meetings: Int) throws {
    let compute = try Compute(threads: threads)
    let board = Tensor(rows: threads, columns: 16)
    let mistakes = Tensor(rows: threads, columns: 16)
    compute.team { member in
      for round in 1...meetings / 2 {
        board[member.index, 0] = Float(round)
        member.meet()
        for other in 0..<member.count where board[other, 0] != Float(round) { mistakes[member.index, 0] += 1 }
        member.meet()
      }
    }
    #expect(mistakes.values.allSatisfy { $0 == 0 })
    #expect((0..<threads).allSatisfy { board[$0, 0] == Float(meetings / 2) })
  }

  @Test(arguments: 1...4) func `teams and loops take turns`(threads: Int) throws {
    let compute = try Compute(threads: threads)
    let counts = Mutex([0, 0])
    for round in 0..<2000 {
      if round % 2 == 0 {
        compute.team { member in
          member.meet()
          counts.withLock { $0[0] += 1 }
        }
      } else {
        compute.parallel(3) { _ in counts.withLock { $0[1] += 1 } }
      }
    }
    #expect(counts.withLock { $0 } == [1000 * threads, 3000])
  }

  @Test func `inside a loop or a team, a team is one alone and a loop runs in line`() throws {
    let compute = try Compute(threads: 3)
    let counts = Mutex([0, 0, 0])
    compute.parallel(5) { _ in
      compute.team { member in
        #expect(member.index == 0 && member.count == 1)
        member.meet()
        counts.withLock { $0[0] += 1 }
      }
    }
    compute.team { outer in
      compute.team { inner in
        #expect(inner.index == 0 && inner.count == 1)
        inner.meet()
        counts.withLock { $0[1] += 1 }
      }
      outer.meet()
      compute.parallel(4) { _ in counts.withLock { $0[2] += 1 } }
    }
    #expect(counts.withLock { $0 } == [5, 3, 12])
  }

  @Test(arguments: 1...4) func `shares cover everything once, in order, and are about equal`(threads: Int)
    throws
  {
    let compute = try Compute(threads: threads)
    for count in [0, 1, 2, 5, 63, 64, 1001] {
      let shares = Mutex([Range<Int>](repeating: 0..<0, count: threads))
      compute.team { member in
        let share = member.share(of: count)
        shares.withLock { $0[member.index] = share }
      }
      let found = shares.withLock { $0 }
      #expect(found.flatMap { Array($0) } == Array(0..<count))
      #expect(found.allSatisfy { $0.count >= count / threads && $0.count <= count / threads + 1 })
    }
  }

  @Test func `one alone waits for nobody`() {
    TeamMember.alone.meet()
    #expect(TeamMember.alone.share(of: 7) == 0..<7)
  }
}
