/// Element types of the safetensors format, under its names.
///
/// All of them are known, so that a file with odd extras can be listed; only some can be read as numbers.
public enum ElementType: String, Sendable, Hashable, CaseIterable {
  case float32 = "F32"
  case bfloat16 = "BF16"
  case float16 = "F16"
  case float64 = "F64"
  case int64 = "I64"
  case int32 = "I32"
  case int16 = "I16"
  case int8 = "I8"
  case uint64 = "U64"
  case uint32 = "U32"
  case uint16 = "U16"
  case uint8 = "U8"
  case bool = "BOOL"
  case float8e4m3 = "F8_E4M3"
  case float8e5m2 = "F8_E5M2"

  /// Bytes per element.
  public var size: Int {
    switch self {
    case .float64, .int64, .uint64: 8
    case .float32, .int32, .uint32: 4
    case .bfloat16, .float16, .int16, .uint16: 2
    case .int8, .uint8, .bool, .float8e4m3, .float8e5m2: 1
    }
  }
}

/// What a file says about one of its tensors.
public struct TensorInfo: Sendable, Hashable {
  public var dtype: ElementType
  /// Sizes, slowest axis first; empty for a scalar.
  public var shape: [Int]

  public init(dtype: ElementType, shape: [Int]) {
    self.dtype = dtype
    self.shape = shape
  }

  /// Product of `shape`; 1 for a scalar.
  public var elementCount: Int { shape.reduce(1, *) }
}

/// The product of sizes, or nil if one is negative or the product does not fit.
func checkedProduct(_ sizes: [Int]) -> Int? {
  var product = 1
  for size in sizes {
    guard size >= 0 else { return nil }
    let (next, overflow) = product.multipliedReportingOverflow(by: size)
    if overflow { return nil }
    product = next
  }
  return product
}
