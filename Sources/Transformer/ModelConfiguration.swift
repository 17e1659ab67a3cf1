/// Shape and constants of a decoder, under the names of Hugging Face's `config.json`.
public struct ModelConfiguration: Sendable, Hashable {
  public enum Architecture: String, Sendable, CaseIterable { case llama, qwen2, qwen3 }

  public var architecture: Architecture
  public var vocabSize: Int
  public var hiddenSize: Int
  public var intermediateSize: Int
  public var numHiddenLayers: Int
  public var numAttentionHeads: Int
  public var numKeyValueHeads: Int
  public var headDim: Int
  public var maxPositionEmbeddings: Int
  public var rmsNormEps: Double
  public var tieWordEmbeddings: Bool
  public var rope: RotaryConfiguration
  /// Bias on q, k and v (always so in Qwen2; an option in Llama and Qwen3).
  public var attentionBias: Bool
  /// Bias on the attention output (Llama's `attention_bias` gives it one too; Qwen2 has none).
  public var attentionOutputBias: Bool
  /// Bias on gate, up and down (Llama's `mlp_bias`).
  public var mlpBias: Bool
  /// RMSNorm on each head's query and key (Qwen3).
  public var hasQueryKeyNorm: Bool { architecture == .qwen3 }
  public var bosTokenID: Int?
  public var eosTokenIDs: [Int]
  public var padTokenID: Int?
  /// Standard deviation of freshly drawn matrices.
  public var initializerRange: Double

  public init(
    architecture: Architecture, vocabSize: Int, hiddenSize: Int, intermediateSize: Int, numHiddenLayers: Int,
    numAttentionHeads: Int, numKeyValueHeads: Int, headDim: Int, maxPositionEmbeddings: Int = 2048,
    rmsNormEps: Double = 1e-6, tieWordEmbeddings: Bool = true,
    rope: RotaryConfiguration = RotaryConfiguration(),
    attentionBias: Bool? = nil, attentionOutputBias: Bool = false, mlpBias: Bool = false,
    bosTokenID: Int? = nil, eosTokenIDs: [Int] = [], padTokenID: Int? = nil, initializerRange: Double = 0.02
  ) {
    self.architecture = architecture
    self.vocabSize = vocabSize
    self.hiddenSize = hiddenSize
    self.intermediateSize = intermediateSize
    self.numHiddenLayers = numHiddenLayers
    self.numAttentionHeads = numAttentionHeads
    self.numKeyValueHeads = numKeyValueHeads
    self.headDim = headDim
    self.maxPositionEmbeddings = maxPositionEmbeddings
    self.rmsNormEps = rmsNormEps
    self.tieWordEmbeddings = tieWordEmbeddings
    self.rope = rope
    self.attentionBias = attentionBias ?? (architecture == .qwen2)
    self.attentionOutputBias = attentionOutputBias
    self.mlpBias = mlpBias
    self.bosTokenID = bosTokenID
    self.eosTokenIDs = eosTokenIDs
    self.padTokenID = padTokenID
    self.initializerRange = initializerRange
  }

  /// Parameters of the matrices, as a number that cannot overflow.
  public var approximateParameterCount: Double {
    let width = Double(hiddenSize)
    let attention = 2 * width * Double(numAttentionHeads + numKeyValueHeads) * Double(headDim)
    return Double(numHiddenLayers) * (attention + 3 * width * Double(intermediateSize)) + 2
      * Double(vocabSize) * width
  }

  /// About a million parameters in the Qwen3 architecture: what `Recipes/quickstart.yaml` trains.
  /// `vocabSize` is replaced by that of the tokenizer.
  public static let nano = ModelConfiguration(
    architecture: .qwen3, vocabSize: 128, hiddenSize: 128, intermediateSize: 384, numHiddenLayers: 4,
    numAttentionHeads: 4, numKeyValueHeads: 2, headDim: 32, maxPositionEmbeddings: 1024)
}

/// Rotary position embedding: base frequency and how it is stretched.
public struct RotaryConfiguration: Sendable, Hashable {
  public enum Scaling: Sendable, Hashable {
    case none
    /// Positions divided by `factor`.
    case linear(factor: Double)
    /// Llama 3's split by wavelength: high frequencies kept, low ones divided, a ramp between.
    case llama3(
      factor: Double, lowFreqFactor: Double, highFreqFactor: Double, originalMaxPositionEmbeddings: Int)
  }

  public var theta: Double
  public var scaling: Scaling

  public init(theta: Double = 10_000, scaling: Scaling = .none) {
    self.theta = theta
    self.scaling = scaling
  }
}
