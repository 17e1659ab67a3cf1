import Generation
import Randomness
import Tensors
import Testing
import Transformer

@Suite struct `Point 3: generation is batch-invariant, bit for bit` {
  static let levels = Kernels.Level.allCases.filter { $0 != .reference && $0.isAvailable }
  static let shapes: [ModelConfiguration] = ModelConfiguration.Architecture.allCases.flatMap { architecture in
    [
      ModelConfiguration(
        architecture: architecture, vocabSize: 97, hiddenSize: 64, intermediateSize: 112, numHiddenLayers: 2,
        numAttentionHeads: 4, numKeyValueHeads: 2, headDim: 16, initializerRange: 0.2),
      ModelConfiguration(
        architecture: architecture, vocabSize: 50, hiddenSize: 40, intermediateSize: 72, numHiddenLayers: 2,
        numAttentionHeads: 3, numKeyValueHeads: 1, headDim: 24, tieWordEmbeddings: false,
        initializerRange: 0.2),
    ]
  }

  /// A prompt of one token each, and two new tokens: two steps of exactly m rows.
  @Test(arguments: levels) func `logits are those of 512 rows in a step among any number of rows from 1`(
    level: Kernels.Level
  ) throws {
    let model = TinyModel()
    let settings = GeneratorConfiguration.plain.with { $0.sharesPrefixes = false }
    let all = requests((0..<512).map { [Int32($0 * 7 % 31)] }, new: 2)
    let together = try model.generator(settings, level: level).logits(all)
    #expect(together.count == 1024)
    let generator = try model.generator(settings, level: level)
    for count in 1...512 where level == .best || count % 37 < 9 {
      let before = generator.statistics
      let found = try generator.logits(Array(all[..<count]))
      #expect(
        generator.statistics.since(before).steps == 2 && generator.statistics.since(before).rows == 2 * count)
      #expect(found.count == 2 * count && found.allSatisfy { together[$0.key] == $0.value }, "\(count) rows")
    }
  }

  /// Threads, and how they share a step.
  struct Team: Sendable {
    var threads: Int
    var division: Division?
  }
  static let teams = [
    Team(threads: 1), Team(threads: 2, division: .together), Team(threads: 2, division: .apart),
    Team(threads: 3, division: .together), Team(threads: 3, division: .apart),
  ]

  /// 70 to 109 tokens before: more than one block of 64 keys, where the second is begun or nearly full.
  @Test(arguments: shapes, levels)
  func `logits of a sequence are the same alone, among 7, among 40, by prefill or decoding, on any threads`(
    shape: ModelConfiguration, level: Kernels.Level
  ) throws {
    let model = TinyModel(shape)
    let all = requests((0..<40).map { text(70 + $0, "\($0)", vocab: shape.vocabSize) }, new: 4)
    let alone = try model.generator(.alone, level: level).logits([all[3]])
    let continued = try model.generator(.alone, level: level).one(all[3]).tokens
    func expectSame(_ found: [Generator.Place: [UInt32]], _ what: String) {
      for step in 0..<4 {
        let place = Generator.Place(request: 3, position: 73 + step)
        let expected = alone[.init(request: 0, position: 73 + step)]
        #expect(expected != nil && found[place] == expected, "\(what), token \(step)")
      }
    }
    for team in Self.teams {
      let generator = try model.generator(threads: team.threads, level: level)
      generator.division = team.division
      expectSame(try generator.logits(Array(all[..<7])), "among 7, \(team)")
      expectSame(try generator.logits(all), "among 40, \(team)")
    }
    // Each token's logits after all before it came in at once, in chunks of at most 256 beside the others'.
    for step in 1..<4 {
      var prefilled = all
      prefilled[3].prompt += continued[..<step]
      let found = try model.generator(level: level).logits(prefilled)
      #expect(
        found[.init(request: 3, position: 73 + step)] == alone[.init(request: 0, position: 73 + step)],
        "prefill of \(73 + step)")
    }
  }

  @Test func `logits are the same with prompts shared, with preemption, with drafts, in bf16 and int8`()
    throws
  {
    let model = TinyModel()
    let all = requests((0..<12).map { text(90, "\($0 / 4)") + ($0 % 4 == 3 ? [1] : []) }, new: 140)
    for format in WeightFormat.allCases {
      let expected = try model.generator(.alone, format: format).logits(all)
      // `alone` runs them one after another, so each request's logits have its number.
      #expect(expected.count == 12 * 140)
      let tight = GeneratorConfiguration.plain.with { $0.keyValueMemory = model.memory(blocks: 9) }
      let settings = [
        GeneratorConfiguration.plain, tight, tight.with { $0.sharesPrefixes = false },
        .plain.with { $0.speculation = .always }, tight.with { $0.speculation = .always },
      ]
      for settings in settings {
        for threads in [1, 2] {
          let generator = try model.generator(settings, format: format, threads: threads)
          #expect(try generator.logits(all) == expected, "\(format), \(settings), \(threads) threads")
          if settings.keyValueMemory != nil { #expect(generator.statistics.preemptions > 0) }
          if settings.speculation == .always { #expect(generator.statistics.draftedTokens > 0) }
        }
      }
    }
  }

  @Test func `what is generated does not depend on slots, threads or order, but on the seed`() throws {
    let model = TinyModel(Self.shapes[0])
    let all = requests((0..<9).map { text(70 + $0, "\($0)", vocab: 97) }, new: 40)
    let parameters = SamplingParameters(temperature: 0.9, stopTokens: [5])
    let one = try model.generator().all(all, parameters)
    expectIdentical(try model.generator(threads: 2).all(all, parameters), one)
    let two = GeneratorConfiguration.plain.with { $0.maxConcurrent = 2 }
    expectIdentical(try model.generator(two, threads: 2).all(all, parameters), one)
    expectIdentical(try model.generator(threads: 2).all(all.reversed(), parameters).reversed(), one)
    #expect(try model.generator().all(all, parameters, seed: 2) != one)
  }
}
