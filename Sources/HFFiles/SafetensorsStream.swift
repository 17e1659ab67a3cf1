internal import Foundation

/// Writes one safetensors file in pieces of any size, so that no tensor need ever be in memory as a whole.
///
/// The header is written first, so that names, shapes and types are known from the start; elements follow in that order.
/// Wrap ``AtomicDirectory`` around it where a half-written file must never be seen.
public final class SafetensorsStream {
  /// A tensor to come.
  public struct Tensor: Sendable, Hashable {
    public var name: String
    public var shape: [Int]
    /// F32, BF16 or F16.
    public var type: ElementType

    public init(name: String, shape: [Int], type: ElementType) {
      self.name = name
      self.shape = shape
      self.type = type
    }
  }

  private let file: OutputFile
  private let tensors: [Tensor]
  private var current = 0
  /// Elements written of the current tensor.
  private var written = 0

  /// Creates the file and writes its header.
  ///
  /// - Parameters:
  ///   - path: The file; what stands there is overwritten.
  ///   - tensors: What will be appended, in order; names are unique.
  ///   - metadata: The header's `__metadata__`; `format: pt` is what Hugging Face's loader asks for.
  /// - Throws: ``HFFilesError`` for names, shapes or types that cannot be written, or what the system says.
  public init(creating path: String, _ tensors: [Tensor], metadata: [String: String] = ["format": "pt"])
    throws(HFFilesError)
  {
    for tensor in tensors where ![.float32, .bfloat16, .float16].contains(tensor.type) {
      throw HFFilesError(path: path, reason: .notFloats(tensor: tensor.name, type: tensor.type))
    }
    let header = try SafetensorsHeader.data(
      tensors.map { ($0.name, TensorInfo(dtype: $0.type, shape: $0.shape)) }, metadata: metadata, path: path)
    file = try OutputFile(creating: path)
    self.tensors = tensors
    try file.write(header)
  }

  /// The next elements, in row-major order, of the tensor that is not complete yet; rounded to the nearest of its type,
  /// ties to even. A piece never reaches into the next tensor.
  public func append(_ elements: [Float]) throws(HFFilesError) {
    if elements.isEmpty { return }
    skipComplete()
    guard current < tensors.count else {
      throw wrongCount(tensors.last, elements.count)
    }
    let tensor = tensors[current]
    guard written + elements.count <= count(tensor) else {
      throw wrongCount(tensor, written + elements.count)
    }
    switch tensor.type {
    case .bfloat16: try file.write(elements.map { SafetensorsWriter.bfloat16($0).littleEndian })
    case .float16: try file.write(elements.map { Float16($0).bitPattern.littleEndian })
    default: try file.write(elements.map { $0.bitPattern.littleEndian })
    }
    written += elements.count
  }

  /// Syncs the file to disk.
  ///
  /// - Throws: ``HFFilesError`` where elements are missing, or where the disk does not take them.
  public func finish() throws(HFFilesError) {
    skipComplete()
    if current < tensors.count { throw wrongCount(tensors[current], written) }
    try file.synchronize()
  }

  private func skipComplete() {
    while current < tensors.count, written == count(tensors[current]) {
      current += 1
      written = 0
    }
  }

  private func count(_ tensor: Tensor) -> Int { tensor.shape.reduce(1, *) }

  private func wrongCount(_ tensor: Tensor?, _ count: Int) -> HFFilesError {
    HFFilesError(
      path: file.path,
      reason: .wrongElementCount(tensor: tensor?.name ?? "(none)", shape: tensor?.shape ?? [], count: count))
  }
}
