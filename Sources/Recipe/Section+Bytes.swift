internal import Tensors

/// Amounts of memory.
extension Section {
  /// Bytes, as a whole number or with a unit: `2GiB`, `512 MiB`, `64MB`.
  func readBytes(_ key: String, into field: inout Int?) {
    if let node = node(key) {
      if node.isNull {
        field = nil
      } else if let bytes = node.plainText.flatMap(ByteCount.parse) {
        field = bytes
      } else {
        refuse(key, node, expected: "an amount of memory such as 2GiB or 512MiB, or null")
      }
    }
    record(key, field.map(ByteCount.text) ?? "null")
  }
}
