private import CKernels

/// Memory of the calling thread for work in progress; the steady state of training asks the system for none.
///
/// What is handed out is void at the thread's next request for the same slot.
enum ThreadScratch {
  enum Slot {
    /// What the whole team reads, made by its caller.
    case shared
    /// What one thread reads.
    case own
  }

  /// `count` numbers of unspecified value, aligned to cache lines.
  static func floats(_ slot: Slot, _ count: Int) -> UnsafeMutablePointer<Float> {
    let bytes = max(count, 1) * MemoryLayout<Float>.size
    guard let memory = ck_scratch(slot == .shared ? CK_SCRATCH_SHARED : CK_SCRATCH_OWN, bytes) else {
      // Plans are checked against the machine's memory before anything is allocated; see MemoryPlan.
      fatalError("out of memory: \(bytes) bytes")
    }
    return memory.bindMemory(to: Float.self, capacity: max(count, 1))
  }

  /// The same, for words of two bf16.
  static func words(_ slot: Slot, _ count: Int) -> UnsafeMutablePointer<UInt32> {
    UnsafeMutableRawPointer(floats(slot, count)).assumingMemoryBound(to: UInt32.self)
  }
}

/// Cuts one stretch of scratch memory into parts that begin on cache lines.
struct ScratchParts {
  private var next: UnsafeMutablePointer<Float>

  init(_ start: UnsafeMutablePointer<Float>) { next = start }

  /// Numbers that a part takes up.
  static func size(_ count: Int) -> Int { (count + 15) / 16 * 16 }

  mutating func floats(_ count: Int) -> UnsafeMutablePointer<Float> {
    defer { next += Self.size(count) }
    return next
  }

  mutating func words(_ count: Int) -> UnsafeMutablePointer<UInt32> {
    UnsafeMutableRawPointer(floats(count)).assumingMemoryBound(to: UInt32.self)
  }
}
