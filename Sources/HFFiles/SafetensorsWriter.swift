internal import Foundation

/// Writes safetensors files, one tensor in memory at a time, the same bytes for the same input.
public enum SafetensorsWriter {
  /// How numbers are stored.
  public enum Precision: String, Sendable, CaseIterable {
    case float32
    /// Rounded to the nearest, ties to even; NaN stays NaN.
    case bfloat16
  }

  /// A tensor to come.
  public struct Tensor: Sendable, Hashable {
    public var name: String
    public var shape: [Int]

    public init(name: String, shape: [Int]) {
      self.name = name
      self.shape = shape
    }
  }

  /// Writes and syncs one file. Header entries and data stand in the order given; the header is padded with
  /// spaces so that the data begin at a multiple of 8 bytes. After an error the file is removed.
  ///
  /// - Parameters:
  ///   - tensors: Names and shapes; names are unique.
  ///   - precision: How the elements are stored.
  ///   - metadata: The header's `__metadata__`; `format: pt` is what Hugging Face's loader asks for.
  ///   - path: The file; use ``AtomicDirectory`` around it where a half-written one must never be seen.
  ///   - floats: Gives the elements of a tensor in row-major order; called once per tensor, in order.
  /// - Throws: ``HFFilesError``, or what `floats` throws.
  public static func write(
    _ tensors: [Tensor], as precision: Precision, metadata: [String: String] = ["format": "pt"],
    to path: String, floats: (String) throws -> [Float]
  ) throws {
    let type: ElementType = precision == .float32 ? .float32 : .bfloat16
    let header = try SafetensorsHeader.data(
      tensors.map { ($0.name, TensorInfo(dtype: type, shape: $0.shape)) }, metadata: metadata, path: path)
    let file = try OutputFile(creating: path)
    do {
      try file.write(header)
      for tensor in tensors {
        let elements = try floats(tensor.name)
        guard elements.count == checkedProduct(tensor.shape) else {
          throw HFFilesError(
            path: path,
            reason: .wrongElementCount(tensor: tensor.name, shape: tensor.shape, count: elements.count))
        }
        // Bounded conversion buffer, so that a large embedding is not held twice.
        for begin in stride(from: 0, to: elements.count, by: 1 << 20) {
          let chunk = elements[begin..<min(begin + 1 << 20, elements.count)]
          switch precision {
          case .float32: try file.write(chunk.map { $0.bitPattern.littleEndian })
          case .bfloat16: try file.write(chunk.map { bfloat16($0).littleEndian })
          }
        }
      }
      try file.synchronize()
    } catch {
      try? FileManager.default.removeItem(atPath: path)
      throw error
    }
  }

  /// The upper half of a float's bits, rounded to nearest, ties to even.
  static func bfloat16(_ value: Float) -> UInt16 {
    let bits = value.bitPattern
    // A NaN stays one: its quiet bit is set, so that it never becomes an infinity.
    if value.isNaN { return UInt16(truncatingIfNeeded: bits >> 16) | 0x40 }
    return UInt16(truncatingIfNeeded: (bits &+ 0x7FFF &+ (bits >> 16 & 1)) >> 16)
  }
}
