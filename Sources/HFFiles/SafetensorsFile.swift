internal import Foundation

/// One safetensors file, mapped into memory and checked; tensors are read one at a time.
///
/// Format: https://github.com/huggingface/safetensors ("Format").
public struct SafetensorsFile: Sendable {
  public let path: String
  /// Every tensor of the file by name.
  public let tensors: [String: TensorInfo]
  /// The header's `__metadata__`, mostly `["format": "pt"]`.
  public let metadata: [String: String]

  private let contents: Data
  private let header: SafetensorsHeader

  /// Maps the file and checks its whole header; no tensor is read yet.
  public init(path: String) throws(HFFilesError) {
    do {
      // `.mappedIfSafe` reads the whole file into memory on Linux.
      contents = try Data(contentsOf: URL(filePath: path), options: .alwaysMapped)
    } catch {
      throw .reading(path, error)
    }
    header = try SafetensorsHeader(file: contents, path: path)
    self.path = path
    tensors = header.entries.mapValues(\.info)
    metadata = header.metadata
  }

  /// A tensor's elements in row-major order; BF16 and F16 are widened exactly.
  public func floats(_ name: String) throws(HFFilesError) -> [Float] {
    let entry = try entry(name)
    if let floats = contents.floats(entry.info.elementCount, at: entry.bytes.lowerBound, of: entry.info.dtype)
    {
      return floats
    }
    throw HFFilesError(path: path, reason: .notFloats(tensor: name, type: entry.info.dtype))
  }

  /// An I64 or I32 tensor's elements in row-major order.
  public func integers(_ name: String) throws(HFFilesError) -> [Int64] {
    let entry = try entry(name)
    let (count, begin) = (entry.info.elementCount, entry.bytes.lowerBound)
    return switch entry.info.dtype {
    case .int64: contents.read(count, at: begin, as: Int64.self) { Int64(littleEndian: $0) }
    case .int32: contents.read(count, at: begin, as: Int32.self) { Int64(Int32(littleEndian: $0)) }
    default: throw HFFilesError(path: path, reason: .notIntegers(tensor: name, type: entry.info.dtype))
    }
  }

  /// Where a tensor lies.
  func entry(_ name: String) throws(HFFilesError) -> SafetensorsHeader.Entry {
    if let entry = header.entries[name] { return entry }
    throw HFFilesError(
      path: path, reason: .noSuchTensor(name, nearest: nearest(to: name, among: tensors.keys)))
  }
}

extension Data {
  /// `count` numbers from byte `begin` on, widened to fp32; nil where the type is none of F32, BF16 and F16.
  func floats(_ count: Int, at begin: Int, of type: ElementType) -> [Float]? {
    switch type {
    case .float32:
      read(count, at: begin, as: UInt32.self) { Float(bitPattern: UInt32(littleEndian: $0)) }
    case .bfloat16:
      read(count, at: begin, as: UInt16.self) { Float(bitPattern: UInt32(UInt16(littleEndian: $0)) << 16) }
    case .float16:
      read(count, at: begin, as: UInt16.self) { Float(Float16(bitPattern: UInt16(littleEndian: $0))) }
    default: nil
    }
  }

  /// `count` elements of the stored type from byte `begin` on. Callers have made sure that they are there.
  func read<Stored: BitwiseCopyable, Element>(
    _ count: Int, at begin: Int, as type: Stored.Type, _ convert: (Stored) -> Element
  ) -> [Element] {
    let size = MemoryLayout<Stored>.size
    return unsafe withUnsafeBytes { bytes in
      unsafe [Element](unsafeUninitializedCapacity: count) { buffer, initialized in
        for index in 0..<count {
          let stored = unsafe bytes.loadUnaligned(fromByteOffset: begin + index * size, as: type)
          unsafe buffer.initializeElement(at: index, to: convert(stored))
        }
        initialized = count
      }
    }
  }
}

/// The candidate that shares the longest beginning and end with `name`, if they share more than half of it.
func nearest(to name: String, among candidates: some Sequence<String>) -> String? {
  func likeness(_ other: String) -> Int {
    let (a, b) = (Array(name.utf8), Array(other.utf8))
    let shorter = min(a.count, b.count)
    let head = (0..<shorter).prefix { a[$0] == b[$0] }.count
    let tail = (0..<shorter - head).prefix { a[a.count - 1 - $0] == b[b.count - 1 - $0] }.count
    return 2 * (head + tail) - max(a.count, b.count)
  }
  return candidates.map { (likeness($0), $0) }.filter { $0.0 > 0 }.max { ($0.0, $1.1) < ($1.0, $0.1) }?.1
}
