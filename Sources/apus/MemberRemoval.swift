import Curriculum

extension ArraySlice<UInt8> {
  /// A JSON object without one of its members; the others byte for byte.
  ///
  /// - Parameter name: Without escapes.
  /// - Returns: The object; what is none comes back as it is.
  func withoutMember(_ name: String) -> ArraySlice<UInt8> {
    guard let open = firstIndex(of: UInt8(ascii: "{")), let close = lastIndex(of: UInt8(ascii: "}")),
      open < close
    else { return self }
    var kept: [ArraySlice<UInt8>] = []
    var (start, depth) = (open + 1, 0)
    var (isText, isEscaped) = (false, false)
    for index in (open + 1)...close {
      let byte = self[index]
      if isText {
        if isEscaped {
          isEscaped = false
        } else if byte == UInt8(ascii: "\\") {
          isEscaped = true
        } else if byte == UInt8(ascii: "\"") {
          isText = false
        }
        continue
      }
      if index == close || (depth == 0 && byte == UInt8(ascii: ",")) {
        let found = self[start..<index]
        if !found.isMember(name) { kept.append(found) }
        start = index + 1
      }
      switch byte {
      case UInt8(ascii: "\""): isText = true
      case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
      default: break
      }
    }
    let members = Array(kept.joined(separator: [UInt8(ascii: ",")]))
    return ([UInt8(ascii: "{")] + members + [UInt8(ascii: "}")])[...]
  }

  /// Whether this is `"name": …`, in whatever escapes.
  private func isMember(_ name: String) -> Bool {
    let object = [UInt8(ascii: "{")] + Array(self) + [UInt8(ascii: "}")]
    let row = try? DataRow(file: "", line: 1, bytes: object[...])
    return row.map { $0.members[name] != nil } ?? false
  }
}
