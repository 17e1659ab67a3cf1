import Curriculum
import Experience
import Randomness
import Testing

@Suite struct `Order of tasks` {
  /// Everything about these tasks in one number.
  static func digest(_ tasks: [ReasoningTask]) -> UInt64 {
    var hash = StableHash()
    for task in tasks {
      for text in [task.id, task.source, task.prompt, task.groundTruth, task.verifier, task.solution ?? "-"] {
        hash.combine(text)
      }
      for (key, value) in task.columns.sorted(by: { $0.key < $1.key }) {
        hash.combine(key)
        hash.combine(value)
      }
    }
    return hash.value
  }

  // Recipes written today must give the same run tomorrow.
  @Test func `is what it was when these numbers were written down, for files`() throws {
    let rows = (0..<300).map {
      #"{"question": "Question \#($0 % 290)\#($0 % 3 == 0 ? " of  Ü" : "")", "answer": "so\n#### \#($0)", "note": [\#($0)]}"#
    }.joined(separator: "\n")
    try withFile(rows) { path in
      var configuration = DataConfiguration()
      configuration.train = .file(FileSource(path: path))
      let stream = try TaskStream(configuration, seed: 7)
      #expect(Self.digest(try (0..<900).map { try stream.task(at: $0) }) == 1_674_115_521_378_825_445)
      #expect(Self.digest(try stream.heldOut(count: 38)) == 5_466_371_197_663_491_653)
      #expect(stream.report.heldOutRows == 38 && stream.report.trainRows == 260)
      try withFile(
        (0..<40).map { #"{"question": "Question \#($0 % 35)", "answer": "\#($0)"}"# }.joined(separator: "\n")
      ) { other in
        configuration.heldOut = .file(FileSource(path: other))
        let stream = try TaskStream(configuration, seed: 7)
        #expect(Self.digest(try (0..<900).map { try stream.task(at: $0) }) == 68_802_781_181_287_278)
        #expect(Self.digest(try stream.heldOut(count: 35)) == 4_553_600_140_700_789_311)
        #expect(stream.report.heldOutRows == 35 && stream.report.trainRows == 270)
        configuration.train = .procedural(ProceduralSource(task: "ordering", difficulty: 2...5))
        let mixed = try TaskStream(configuration, seed: 7)
        #expect(Self.digest(try (0..<200).map { try mixed.task(at: $0) }) == 75_328_641_058_942_564)
        configuration.train = .file(FileSource(path: other))
        try withFile(#"{"question": "another", "answer": 1}"#) { held in
          configuration.heldOut = .file(FileSource(path: held))
          let few = try TaskStream(configuration, seed: 7)
          let digest = Self.digest(try (0..<120).map { try few.task(at: $0) })
          #expect(digest == 4_051_892_527_704_999_963)
        }
      }
    }
  }

  @Test func `is what it was when these numbers were written down, for tasks made on the fly`() throws {
    var configuration = DataConfiguration()
    configuration.train = .procedural(ProceduralSource(task: "arithmetic_chain", difficulty: 2...4))
    configuration.teacher.slipRate = 0.5
    let stream = try TaskStream(configuration, seed: 7)
    #expect(Self.digest(try (0..<200).map { try stream.task(at: $0) }) == 12_352_987_145_835_713_248)
    #expect(Self.digest(try stream.heldOut(count: 50)) == 2_644_055_046_689_355_651)
  }
}
