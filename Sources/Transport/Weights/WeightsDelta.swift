/// What one leaf of weights differs by from another of the same size, to the bit.
///
/// The fp32 words are combined by exclusive or, and the result is taken apart into four planes: all lowest bytes, …, all
/// highest bytes. A small update leaves sign and exponent alone, so the upper planes are (nearly) nothing; the lower ones are
/// noise. Each plane is one byte of kind, and
///
///     0  all zeros                nothing
///     1  few bytes are not zero   a bit for each byte (lowest bit first), then those that are not zero
///     2  other                    all its bytes
///
/// No arithmetic on floats is involved, so NaN payloads, -0 and denormals arrive as they were.
package enum WeightsDelta {
  private enum Kind: UInt8 { case zero, sparse, raw }

  /// - Parameters:
  ///   - new: Bytes, a multiple of 4.
  ///   - base: As many.
  /// - Returns: nil where it would not be shorter than `new`.
  package static func encode(_ new: [UInt8], from base: [UInt8]) -> [UInt8]? {
    precondition(new.count == base.count && new.count % 4 == 0, "\(new.count) bytes against \(base.count)")
    let count = new.count / 4
    var encoded: [UInt8] = []
    var plane = [UInt8](repeating: 0, count: count)
    for place in 0..<4 {
      let changed = difference(new.span, base.span, place, into: &plane)
      if changed == 0 {
        encoded.append(Kind.zero.rawValue)
      } else if (count + 7) / 8 + changed < count {
        encoded.append(Kind.sparse.rawValue)
        appendSparse(plane.span, changed, to: &encoded)
      } else {
        encoded.append(Kind.raw.rawValue)
        encoded += plane
      }
      if encoded.count >= new.count { return nil }
    }
    return encoded
  }

  /// Fills one plane of the exclusive or; returns how many of its bytes are not zero.
  private static func difference(
    _ new: borrowing Span<UInt8>, _ base: borrowing Span<UInt8>, _ place: Int, into plane: inout [UInt8]
  ) -> Int {
    var bytes = plane.mutableSpan
    var changed = 0
    for word in 0..<bytes.count {
      let byte = new[4 * word + place] ^ base[4 * word + place]
      bytes[word] = byte
      changed += byte == 0 ? 0 : 1
    }
    return changed
  }

  private static func appendSparse(_ plane: borrowing Span<UInt8>, _ changed: Int, to encoded: inout [UInt8])
  {
    let start = encoded.count
    let mapBytes = (plane.count + 7) / 8
    // Every byte is written where the next one that counts belongs: which ones count is noise that no processor guesses.
    encoded += [UInt8](repeating: 0, count: mapBytes + changed + 1)
    var bytes = encoded.mutableSpan
    var next = start + mapBytes
    for index in 0..<mapBytes {
      var map: UInt8 = 0
      for bit in 0..<min(8, plane.count - 8 * index) {
        let byte = plane[8 * index + bit]
        let counts: UInt8 = byte == 0 ? 0 : 1
        map |= counts << UInt8(bit)
        bytes[next] = byte
        next += Int(counts)
      }
      bytes[start + index] = map
    }
    encoded.removeLast()
  }

  /// - Parameters:
  ///   - encoded: Of ``encode(_:from:)``, from wherever.
  ///   - base: What it was made against.
  /// - Returns: nil where it is not of that form.
  package static func decode(_ encoded: ArraySlice<UInt8>, onto base: [UInt8]) -> [UInt8]? {
    let count = base.count / 4
    var new = base
    var next = encoded.startIndex
    for place in 0..<4 {
      guard next < encoded.endIndex, let kind = Kind(rawValue: encoded[next]) else { return nil }
      next += 1
      switch kind {
      case .zero: break
      case .raw:
        guard encoded.endIndex - next >= count else { return nil }
        combine(encoded[next..<next + count].span, place, into: &new)
        next += count
      case .sparse:
        let mapBytes = (count + 7) / 8
        guard encoded.endIndex - next >= mapBytes else { return nil }
        let map = encoded[next..<next + mapBytes]
        let changed = map.reduce(0) { $0 + $1.nonzeroBitCount }
        next += mapBytes
        guard count % 8 == 0 || map.last.map({ $0 >> UInt8(count % 8) == 0 }) == true,
          encoded.endIndex - next >= changed
        else { return nil }
        combine(map.span, encoded[next..<next + changed].span, place, into: &new)
        next += changed
      }
    }
    return next == encoded.endIndex ? new : nil
  }

  private static func combine(_ plane: borrowing Span<UInt8>, _ place: Int, into new: inout [UInt8]) {
    var bytes = new.mutableSpan
    for word in 0..<plane.count { bytes[4 * word + place] ^= plane[word] }
  }

  private static func combine(
    _ map: borrowing Span<UInt8>, _ changes: borrowing Span<UInt8>, _ place: Int, into new: inout [UInt8]
  ) {
    var bytes = new.mutableSpan
    var next = 0
    for index in 0..<map.count {
      var bits = map[index]
      while bits != 0 {
        bytes[4 * (8 * index + bits.trailingZeroBitCount) + place] ^= changes[next]
        next += 1
        bits &= bits - 1
      }
    }
  }
}
