internal import Randomness
internal import Tensors

extension Parameters {
  /// Fresh weights: matrices normal with standard deviation `initializer_range`, those that write to the residual
  /// stream scaled by 1/√(2·layers) (Radford et al. 2019, GPT-2, §2.3), norms one, biases zero.
  ///
  /// Each weight draws from a stream of its own name, so a shape change in one leaves the others as they were.
  public func initialize(_ configuration: ModelConfiguration, seed: UInt64) {
    let residualScale = 1 / Double(2 * configuration.numHiddenLayers).squareRoot()
    for entry in entries {
      let target = flat.part(from: entry.offset, rows: 1, columns: entry.count)
      if entry.shape.count == 1 {
        target.fill(entry.name.hasSuffix("bias") ? 0 : 1)
        continue
      }
      let writesResidual = entry.name.hasSuffix("o_proj.weight") || entry.name.hasSuffix("down_proj.weight")
      let deviation = configuration.initializerRange * (writesResidual ? residualScale : 1)
      var random = CounterRNG(seed: seed, stream: Stream("initialize \(entry.name)"))
      target.assign((0..<entry.count).map { _ in Float(random.normal() * deviation) })
    }
  }
}
