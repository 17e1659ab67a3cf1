public import Tensors

/// How much memory passes take, counted without running any.
extension Decoder {
  /// What a pass is like, as far as memory goes.
  public struct PassShape: Sendable, Hashable {
    /// Tokens that are computed, a shared beginning once.
    public var tokens: Int
    /// Tokens that are scored.
    public var scored: Int
    public var matmul: MatmulType
    public var gradientCheckpointing: Bool
    /// Whether it goes backward as well.
    public var isTraining: Bool

    public init(
      tokens: Int, scored: Int, matmul: MatmulType = .fp32, gradientCheckpointing: Bool = false,
      isTraining: Bool = true
    ) {
      self.tokens = tokens
      self.scored = scored
      self.matmul = matmul
      self.gradientCheckpointing = gradientCheckpointing
      self.isTraining = isTraining
    }
  }

  /// Bytes that ``scratch`` holds after such a pass: linear in the tokens.
  ///
  /// Keys rounded to bf16 are padded to blocks of 128 for each span; here they count as if there were one.
  public static func scratchBytes(_ c: ModelConfiguration, _ pass: PassShape) -> Int {
    let (t, n) = (Double(pass.tokens), Double(pass.scored))
    let (d, f, v) = (Double(c.hiddenSize), Double(c.intermediateSize), Double(c.vocabSize))
    let heads = Double(c.numAttentionHeads)
    let keyHeads = Double(c.numKeyValueHeads)
    let query = heads * Double(c.headDim)
    let key = keyHeads * Double(c.headDim)
    let keepsAll = pass.isTraining && !pass.gradientCheckpointing
    let layers = Double(c.numHiddenLayers)
    let saved = 3 * d + 2 + (query + 2 * key) + (query + key) + query + 2 * heads + keyHeads + 3 * f
    let streams = pass.isTraining ? layers + 1 : min(2, layers + 1)
    let kept = t * ((keepsAll ? layers : min(1, layers)) * saved + streams * d) + n * (2 * d + 4)

    let isRounded = pass.matmul == .bf16
    let block = Double(LanguageModelHead.blockRows(vocabSize: c.vocabSize, rows: max(1, pass.scored)))
    let operand = isRounded ? (v + 32) * (d + 1) / 2 : 0
    // Panels of 32 columns.
    let down = isRounded ? t / 2 * keyHeads * Double((c.headDim + 31) / 32 * 32) : 0
    let across = isRounded ? t / 2 * key : 0
    let forward = max(across + down, block * v + operand)
    guard pass.isTraining else { return bytes(kept + forward) }
    let head = n * d + block * v + 2 * operand
    let feedForward = 3 * f
    let attention = query + (query + key) + (query + 2 * key)
    let layer = n * 2 * d + t * (2 * d) + max(t * feedForward, t * attention + 2 * across + down)
    let recomputed = pass.gradientCheckpointing ? n * 2 * d + t * d + across + down : 0
    return bytes(kept + max(forward, n * 2 + max(head, layer, recomputed)))
  }

  private static func bytes(_ numbers: Double) -> Int {
    Int(min(numbers * Double(MemoryLayout<Float>.size), 0x1p60))
  }

  /// Bytes of a thread's own scratch memory, and of what the team shares, at the widest product of a pass.
  public static func threadScratchBytes(_ c: ModelConfiguration, tokens: Int) -> (shared: Int, own: Int) {
    let widths = [c.hiddenSize, c.intermediateSize, c.numAttentionHeads * c.headDim]
    let widest = max(2 * c.intermediateSize, (c.numAttentionHeads + 2 * c.numKeyValueHeads) * c.headDim)
    let inputs = widths.max() ?? 0
    let weights = Compute.roundedScratch(inner: inputs, columns: widest)
    let gradients = Compute.roundedScratch(inner: tokens, columns: inputs)
    return (4 * max(weights.shared, gradients.shared), 4 * max(weights.own, gradients.own))
  }
}
