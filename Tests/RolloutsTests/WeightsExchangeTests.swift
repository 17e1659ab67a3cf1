import Experience
import Rollouts
import Tensors
import Testing
import Transformer
import Transport

@Suite struct `Weights of a model on the wire` {
  /// Its embedding has several leaves: 300,000 × 1 numbers.
  private func model(vocabSize: Int = 300_000, tied: Bool = true) -> Parameters {
    Parameters(
      ModelConfiguration(
        architecture: .qwen3, vocabSize: vocabSize, hiddenSize: 1, intermediateSize: 3, numHiddenLayers: 2,
        numAttentionHeads: 1, numKeyValueHeads: 1, headDim: 2, tieWordEmbeddings: tied))
  }

  /// Numbers that arithmetic would not let through among them.
  private func filled(_ parameters: Parameters) -> Parameters {
    for place in stride(from: 0, to: parameters.count, by: 5) {
      parameters.flat[0, place] = Float(bitPattern: UInt32(truncatingIfNeeded: place &* 2_654_435_761))
    }
    for (place, bits) in [0x7FC0_1234, 0x8000_0000, 0xFF80_0001, 1].enumerated() {
      parameters.flat[0, parameters.count - 1 - place] = Float(bitPattern: UInt32(bits))
    }
    return parameters
  }

  private func isSame(_ a: Parameters, _ b: Parameters) -> Bool {
    zip(a.flat.values, b.flat.values).allSatisfy { $0.bitPattern == $1.bitPattern }
  }

  /// Two pieces of code, in two modules, that must agree.
  @Test(arguments: [1, 300_000])
  func `a snapshot has the digest of the weights`(vocabSize: Int) throws {
    let parameters = filled(model(vocabSize: vocabSize))
    let snapshot = try parameters.snapshot(version: 3)
    #expect(snapshot.version == PolicyVersion(number: 3, digest: parameters.digest))
    #expect(snapshot.layout.byteCount == 4 * parameters.count)
  }

  @Test
  func `weights that were sent and loaded are the same to the bit, and are tagged by what is in memory`()
    throws
  {
    let parameters = filled(model())
    var sender = WeightsSender()
    var receiver = WeightsReceiver(layout: try model().weightsLayout)
    _ = receiver.announce(sender.publish(try parameters.snapshot(version: 7)))
    while let request = receiver.nextRequest(), case .chunks(let chunks) = sender.answer(request) {
      for chunk in chunks { _ = receiver.take(chunk) }
    }
    let received = try #require(receiver.current)
    let other = model()
    let version = try other.load(from: received)
    #expect(isSame(parameters, other))
    #expect(version == PolicyVersion(number: 7, digest: other.digest))
  }

  @Test func `a snapshot does not change with the weights`() throws {
    let parameters = filled(model())
    let snapshot = try parameters.snapshot(version: 0)
    let digest = parameters.digest
    parameters.flat.fill(1)
    let other = model()
    #expect(try other.load(from: snapshot).digest == digest)
  }

  @Test func `weights of another model are refused, and nothing is overwritten`() throws {
    let snapshot = try filled(model(tied: false)).snapshot(version: 0)
    let parameters = filled(model())
    let digest = parameters.digest
    #expect(throws: WeightsError.self) { try parameters.load(from: snapshot) }
    #expect(parameters.digest == digest)
  }
}
