extension Tensor {
  /// Some of the bytes of the numbers, row by row, little-endian as files and the wire hold them.
  ///
  /// - Parameter range: Of bytes.
  /// - Returns: A copy.
  /// - Precondition: The tensor is contiguous, and has these bytes.
  public func bytes(_ range: Range<Int>) -> [UInt8] {
    withBytes { source in
      precondition(
        range.lowerBound >= 0 && range.upperBound <= source.count, "bytes \(range) of \(source.count)")
      return Array(UnsafeRawBufferPointer(rebasing: source[range]))
    }
  }

  /// Overwrites some of the bytes of the numbers.
  ///
  /// - Parameters:
  ///   - bytes: Little-endian.
  ///   - start: Of the tensor's bytes, the first to be overwritten.
  /// - Precondition: The tensor is contiguous, and has these bytes.
  public func assign(bytes: [UInt8], at start: Int) {
    precondition(
      isContiguous && start >= 0 && start + bytes.count <= count * MemoryLayout<Float>.size,
      "\(bytes.count) bytes at \(start) of \(rows) × \(columns)")
    bytes.withUnsafeBytes { source in
      UnsafeMutableRawBufferPointer(start: UnsafeMutableRawPointer(pointer) + start, count: source.count)
        .copyMemory(from: source)
    }
  }
}
