private import CKernels
private import COpenBLAS

/// Where all numeric work is done: a fixed number of threads, OpenBLAS for large products, `CKernels` for the rest.
///
/// OpenBLAS itself runs single-threaded and is called from the pool, so that cores are never asked for twice. How
/// work is split depends on shapes and the thread count only, so results do too.
public final class Compute: @unchecked Sendable {
  // Sendable: `pool` is made once and guards itself with its own mutex; `meter` belongs to the thread that computes.
  public let threads: Int
  public let kernels: Kernels
  private let pool: OpaquePointer
  /// Told what each kernel took, while there is one. To be set by the thread that computes.
  public var meter: KernelMeter?

  /// - Parameters:
  ///   - threads: nil = all cores that this process may use.
  ///   - kernels: The instruction set; the CPU's best unless a test wants another.
  /// - Throws: Where the number is out of range, or the system refuses the threads.
  public init(threads: Int? = nil, kernels: Kernels = Kernels()) throws(ComputeError) {
    let available = Self.availableCores
    let wanted = threads ?? available
    guard (1...1024).contains(wanted) else {
      throw ComputeError(reason: .threadCount(wanted, available: available))
    }
    guard let pool = ck_pool_create(wanted) else { throw ComputeError(reason: .noThreads(wanted)) }
    self.threads = wanted
    self.pool = pool
    self.kernels = kernels
    openblas_set_num_threads(1)
  }

  deinit { ck_pool_destroy(pool) }

  /// Cores the scheduler lets this process use.
  public static var availableCores: Int { ck_available_cores() }

  /// The kernels OpenBLAS runs on, e.g. `SkylakeX`.
  public static var blasCore: String { String(cString: openblas_get_corename()) }
  /// OpenBLAS's version and build options.
  public static var blasConfiguration: String { String(cString: openblas_get_config()) }
  /// Environment variables that would have steered OpenBLAS and were hidden from it.
  public static var hiddenBLASVariables: Int { Int(ck_hidden_blas_variables()) }
  /// The core asked for with `--blas-core`, if any.
  public static var requestedBLASCore: String? { ck_requested_blas_core().map { String(cString: $0) } }

  /// Runs `body` for 0 ..< `count`, on all threads; returns when all are done. Nested calls run in line.
  public func parallel(_ count: Int, _ body: (Int) -> Void) {
    withoutActuallyEscaping(body) { escapable in
      var box = escapable
      withUnsafeMutablePointer(to: &box) { pointer in
        ck_pool_run(
          pool, count,
          { context, task in
            context?.assumingMemoryBound(to: ((Int) -> Void).self).pointee(task)
          }, pointer)
      }
    }
  }

  /// Runs `body` on every thread at the same time, as a team whose members can wait for each other.
  ///
  /// For work of many short steps that need each other's results: meeting costs less than a microsecond, starting a
  /// loop several. A call from inside another loop is a team of one.
  public func team(_ body: (TeamMember) -> Void) {
    withoutActuallyEscaping(body) { escapable in
      var box = escapable
      withUnsafeMutablePointer(to: &box) { pointer in
        ck_pool_team(
          pool,
          { context, number, barrier in
            context?.assumingMemoryBound(to: ((TeamMember) -> Void).self).pointee(
              TeamMember(index: number, count: ck_barrier_members(barrier), barrier: barrier))
          }, pointer)
      }
    }
  }

  /// Splits 0 ..< `count` into at most `threads` ranges of at least `grain`, one per task.
  public func overRanges(_ count: Int, grain: Int = 1, _ body: (Range<Int>) -> Void) {
    let ranges = split(count, grain: grain)
    parallel(ranges.count) { body(ranges[$0]) }
  }

  /// The ranges of ``overRanges(_:grain:_:)``: a function of the count, the grain and the thread count.
  public func split(_ count: Int, grain: Int = 1) -> [Range<Int>] {
    guard count > 0 else { return [] }
    let pieces = max(1, min(threads, count / max(grain, 1)))
    return (0..<pieces).map { piece in count * piece / pieces..<count * (piece + 1) / pieces }
  }
}

/// One thread of a team.
public struct TeamMember {
  public let index: Int
  public let count: Int
  private let barrier: OpaquePointer?

  init(index: Int, count: Int, barrier: OpaquePointer?) {
    self.index = index
    self.count = count
    self.barrier = barrier
  }

  /// A team of one, which waits for nobody.
  public static var alone: TeamMember { TeamMember(index: 0, count: 1, barrier: nil) }

  /// Returns when all members have called it as often as this one.
  public func meet() {
    if let barrier { ck_barrier_wait(barrier) }
  }

  /// This member's part of 0 ..< `count`: contiguous, and about equal to the others'.
  public func share(of count: Int) -> Range<Int> {
    count * index / self.count..<count * (index + 1) / self.count
  }
}

/// Why the compute seam could not be set up.
public struct ComputeError: Error, CustomStringConvertible {
  public enum Reason: Sendable, Equatable {
    case threadCount(Int, available: Int)
    case noThreads(Int)
  }

  public var reason: Reason

  public var description: String {
    switch reason {
    case .threadCount(let wanted, let available):
      "`compute.threads` is \(wanted), but must be between 1 and 1024 (this process may use \(available) cores)"
    case .noThreads(let wanted):
      "the system refused to start \(wanted) threads — lower `compute.threads` or raise the process limit (`ulimit -u`)"
    }
  }
}
