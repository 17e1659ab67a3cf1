import Testing

@Suite struct `Benchmark of weights` {
  @Test func `times whole transfers, bare frames and deltas between two processes`() throws {
    let program = try Program()
    defer { program.clean() }
    let found = try program.object(["bench", "weights", "--mebibytes", "64", "--rounds", "1"])
    #expect(found["rounds"] as? Int == 1 && found["mebibytes"] as? Int == 64)
    let (ratio, rate) = (try #require(found["ratio"] as? Double), try #require(found["mb_s"] as? Double))
    let sides = try #require(found["sides"] as? [String: Double])
    #expect(sides.keys.sorted() == ["apus", "frames"] && sides["apus"] == rate)
    #expect(abs(ratio * (sides["frames"] ?? 0) / rate - 1) < 1e-9)
    // The upper two bytes of a weight seldom change by one part in 10⁵.
    let share = try #require((found["delta"] as? [String: Double])?["share"])
    #expect(share > 0.2 && share < 0.6, "\(share)")
  }

  @Test func `refuses sizes and models that it does not have`() throws {
    let program = try Program()
    defer { program.clean() }
    for arguments in [["--mebibytes", "63"], ["--mebibytes", "9000"], ["--shape", "nano"]] {
      #expect(try program.run(["bench", "weights"] + arguments).status != 0)
    }
  }
}
