private import CKernels

/// A view of fp32 numbers as `rows × columns`, row-major, `stride` numbers from one row to the next.
///
/// Copies share the numbers, as slices of an array in NumPy do. Whoever writes sees to it that nobody else reads or
/// writes the same numbers at that time; `Compute` does so by giving each thread rows of its own.
public struct Tensor: @unchecked Sendable {
  // Sendable because the storage never moves and its lifetime is counted; exclusivity of writes is the caller's part.
  let storage: Storage
  let offset: Int
  public let rows: Int
  public let columns: Int
  public let stride: Int

  /// Zeros.
  public init(rows: Int, columns: Int) {
    precondition(rows >= 0 && columns >= 0, "a tensor of \(rows) × \(columns)")
    self.init(
      storage: Storage(count: rows * columns), offset: 0, rows: rows, columns: columns, stride: columns)
  }

  /// `values` in rows of `columns`.
  public init(_ values: [Float], columns: Int) {
    precondition(columns > 0 && values.count % columns == 0, "\(values.count) values in rows of \(columns)")
    self.init(rows: values.count / columns, columns: columns)
    assign(values)
  }

  init(storage: Storage, offset: Int, rows: Int, columns: Int, stride: Int) {
    self.storage = storage
    self.offset = offset
    self.rows = rows
    self.columns = columns
    self.stride = stride
  }

  var pointer: UnsafeMutablePointer<Float> { storage.base + offset }

  public var count: Int { rows * columns }
  public var isContiguous: Bool { stride == columns || rows <= 1 }

  public subscript(row: Int, column: Int) -> Float {
    get {
      precondition(row >= 0 && row < rows && column >= 0 && column < columns, "outside the tensor")
      return pointer[row * stride + column]
    }
    nonmutating set {
      precondition(row >= 0 && row < rows && column >= 0 && column < columns, "outside the tensor")
      pointer[row * stride + column] = newValue
    }
  }

  /// A part of the rows, sharing their numbers.
  public func rows(_ range: Range<Int>) -> Tensor {
    precondition(range.lowerBound >= 0 && range.upperBound <= rows, "rows \(range) of \(rows)")
    return Tensor(
      storage: storage, offset: offset + range.lowerBound * stride, rows: range.count, columns: columns,
      stride: stride)
  }

  /// A part of the columns, sharing their numbers.
  public func columns(_ range: Range<Int>) -> Tensor {
    precondition(range.lowerBound >= 0 && range.upperBound <= columns, "columns \(range) of \(columns)")
    return Tensor(
      storage: storage, offset: offset + range.lowerBound, rows: rows, columns: range.count, stride: stride)
  }

  /// The same numbers in another shape. The tensor must be contiguous.
  public func reshaped(rows: Int, columns: Int) -> Tensor {
    precondition(
      isContiguous && rows * columns == count, "\(self.rows) × \(self.columns) as \(rows) × \(columns)")
    return Tensor(storage: storage, offset: offset, rows: rows, columns: columns, stride: columns)
  }

  /// `count` numbers from `start` on of a contiguous tensor, as `rows × columns`.
  public func part(from start: Int, rows: Int, columns: Int) -> Tensor {
    precondition(isContiguous && start >= 0 && start + rows * columns <= count, "part outside the tensor")
    return Tensor(storage: storage, offset: offset + start, rows: rows, columns: columns, stride: columns)
  }

  /// All numbers, row by row.
  public var values: [Float] {
    if isContiguous { return Array(UnsafeBufferPointer(start: pointer, count: count)) }
    return (0..<rows).flatMap { Array(UnsafeBufferPointer(start: pointer + $0 * stride, count: columns)) }
  }

  /// Overwrites all numbers, row by row.
  public func assign(_ values: [Float]) {
    precondition(values.count == count, "\(values.count) values for \(rows) × \(columns)")
    values.withUnsafeBufferPointer { source in
      guard let start = source.baseAddress else { return }
      for row in 0..<rows { (pointer + row * stride).update(from: start + row * columns, count: columns) }
    }
  }

  /// Copies numbers of the same shape.
  public func copy(from other: Tensor) {
    precondition(other.rows == rows && other.columns == columns, "copy between different shapes")
    if isContiguous && other.isContiguous {
      pointer.update(from: other.pointer, count: count)
    } else {
      for row in 0..<rows {
        (pointer + row * stride).update(from: other.pointer + row * other.stride, count: columns)
      }
    }
  }

  public func fill(_ value: Float) {
    for row in 0..<rows { (pointer + row * stride).update(repeating: value, count: columns) }
  }

  /// Row `row` of self becomes row `indices[row]` of `source`.
  public func gatherRows(of source: Tensor, at indices: some RandomAccessCollection<Int>) {
    precondition(indices.count == rows && source.columns == columns, "gather of another shape")
    for (row, index) in indices.enumerated() {
      precondition(index >= 0 && index < source.rows, "row \(index) of \(source.rows)")
      (pointer + row * stride).update(from: source.pointer + index * source.stride, count: columns)
    }
  }

  /// The bytes of all numbers, little-endian, as files hold them. The tensor must be contiguous.
  public func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
    precondition(isContiguous, "bytes of a view with gaps")
    return try body(UnsafeRawBufferPointer(start: pointer, count: count * MemoryLayout<Float>.size))
  }

  /// Memory aligned to a cache line.
  final class Storage: @unchecked Sendable {
    let base: UnsafeMutablePointer<Float>
    let count: Int
    private let isOwner: Bool

    init(count: Int, zeroed: Bool = true) {
      let bytes = max(count, 1) * MemoryLayout<Float>.size
      guard let raw = ck_allocate(bytes) else {
        // Plans are checked against the machine's memory before anything is allocated; see MemoryPlan.
        fatalError("out of memory: \(bytes) bytes")
      }
      base = raw.bindMemory(to: Float.self, capacity: max(count, 1))
      if zeroed { base.initialize(repeating: 0, count: max(count, 1)) }
      self.count = count
      isOwner = true
    }

    /// Somebody else's memory, which outlives this.
    init(borrowing base: UnsafeMutablePointer<Float>, count: Int) {
      self.base = base
      self.count = count
      isOwner = false
    }

    deinit {
      if isOwner { ck_free(base) }
    }
  }

  /// Stretches of memory that were ever asked for; stands still in the steady state of training.
  public static var allocations: Int { Int(ck_allocations()) }
}

#if canImport(Foundation)
  public import Foundation

  extension Tensor {
    /// The numbers as little-endian bytes.
    public var littleEndianData: Data { withBytes { Data($0) } }

    /// Overwrites all numbers from little-endian bytes.
    ///
    /// - Returns: false, with nothing changed, where the count of bytes does not fit.
    public func assign(littleEndian data: Data) -> Bool {
      guard data.count == count * MemoryLayout<Float>.size, isContiguous else { return false }
      data.withUnsafeBytes { source in
        UnsafeMutableRawBufferPointer(start: pointer, count: data.count).copyMemory(from: source)
      }
      return true
    }
  }
#endif
