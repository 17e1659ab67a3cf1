internal import Foundation

/// Reads pieces of the tensors of one safetensors file.
///
/// ``SafetensorsFile`` maps the file, so that what was read stays in memory as long as the file is open; this one reads
/// into a buffer of the size of the piece, for work that passes over more weights than there is memory.
public final class SafetensorsReader {
  public let file: SafetensorsFile
  private let handle: FileHandle

  public init(_ file: SafetensorsFile) throws(HFFilesError) {
    self.file = file
    do { handle = try FileHandle(forReadingFrom: URL(filePath: file.path)) } catch {
      throw .reading(file.path, error)
    }
  }

  /// Elements `range` of a tensor, counted in row-major order; BF16 and F16 are widened exactly.
  public func floats(_ name: String, _ range: Range<Int>) throws(HFFilesError) -> [Float] {
    let entry = try file.entry(name)
    precondition(
      range.lowerBound >= 0 && range.upperBound <= entry.info.elementCount, "\(range) of `\(name)`")
    if range.isEmpty { return [] }
    let size = entry.info.dtype.size
    let begin = entry.bytes.lowerBound + range.lowerBound * size
    let bytes: Data
    do {
      try handle.seek(toOffset: UInt64(begin))
      bytes = try handle.read(upToCount: range.count * size) ?? Data()
    } catch {
      throw .reading(file.path, error)
    }
    guard bytes.count == range.count * size else {
      // It was long enough when it was opened.
      throw HFFilesError(
        path: file.path,
        reason: .shorterThanDeclared(
          tensor: name, size: begin + bytes.count, needed: begin + range.count * size))
    }
    guard let floats = bytes.floats(range.count, at: 0, of: entry.info.dtype) else {
      throw HFFilesError(path: file.path, reason: .notFloats(tensor: name, type: entry.info.dtype))
    }
    return floats
  }

  deinit { try? handle.close() }
}
