import Foundation
import Synchronization
import Tensors
import Testing

#if canImport(Glibc)
  import Glibc
#endif

@Suite(.timeLimit(.minutes(1))) struct `Thread pool` {
  /// How often each index came.
  final class Counts: Sendable {
    private let counts: Mutex<[Int]>
    init(_ count: Int) { counts = Mutex([Int](repeating: 0, count: count)) }
    func add(_ index: Int) { counts.withLock { $0[index] += 1 } }
    var values: [Int] { counts.withLock { $0 } }
  }

  @Test(arguments: [1, 2, 3, 8])
  func `every index runs exactly once, and all are done on return`(threads: Int) throws {
    let compute = try Compute(threads: threads)
    for count in [0, 1, 2, 3, 7, 8, 9, 64, 1000, 10_007] {
      let counts = Counts(count)
      compute.parallel(count) { counts.add($0) }
      #expect(counts.values.allSatisfy { $0 == 1 }, "\(count) indices")
    }
  }

  @Test func `thousands of short loops in a row all finish`() throws {
    let compute = try Compute(threads: 2)
    let counts = Counts(3)
    for _ in 0..<20_000 { compute.parallel(3) { counts.add($0) } }
    #expect(counts.values == [20_000, 20_000, 20_000])
  }

  @Test func `a loop inside a loop runs in line`() throws {
    let compute = try Compute(threads: 3)
    let counts = Counts(6 * 7)
    compute.parallel(6) { outer in compute.parallel(7) { counts.add(outer * 7 + $0) } }
    #expect(counts.values.allSatisfy { $0 == 1 })
  }

  @Test func `callers on several threads at once each get their whole loop`() throws {
    let compute = try Compute(threads: 3)
    let counts = (0..<4).map { _ in Counts(100) }
    let group = DispatchGroup()
    for caller in 0..<4 {
      group.enter()
      Thread.detachNewThread {
        for _ in 0..<200 { compute.parallel(100) { counts[caller].add($0) } }
        group.leave()
      }
    }
    group.wait()
    for count in counts { #expect(count.values.allSatisfy { $0 == 200 }) }
  }

  @Test func `far more threads than cores still finish`() throws {
    let compute = try Compute(threads: 16 * Compute.availableCores)
    let counts = Counts(5000)
    for _ in 0..<20 { compute.parallel(5000) { counts.add($0) } }
    #expect(counts.values.allSatisfy { $0 == 20 })
  }

  @Test func `pools come and go`() throws {
    for threads in 1...40 {
      let counts = Counts(threads)
      try Compute(threads: threads).parallel(threads) { counts.add($0) }
      #expect(counts.values.allSatisfy { $0 == 1 })
      _ = try Compute(threads: threads)  // one that never had work
    }
  }

  @Test(arguments: [0, -1, 1025, .max])
  func `a thread count that cannot be is refused with the range and the cores`(threads: Int) throws {
    let error = #expect(throws: ComputeError.self) { try Compute(threads: threads) }
    #expect(
      error?.description
        == "`compute.threads` is \(threads), but must be between 1 and 1024 (this process may use \(Compute.availableCores) cores)"
    )
  }

  @Test func `ranges cover everything once, none shorter than the grain`() throws {
    let compute = try Compute(threads: 4)
    for count in [0, 1, 5, 63, 64, 100, 1001] {
      for grain in [1, 8, 64] {
        let ranges = compute.split(count, grain: grain)
        #expect(ranges.flatMap(Array.init) == Array(0..<count))
        #expect(ranges.count <= 4)
        if count >= grain { #expect(ranges.allSatisfy { $0.count >= grain }) }
      }
    }
  }

  #if os(Linux)
    @Test func `idle threads sleep`() throws {
      let compute = try Compute(threads: 3)
      let clocks = Mutex<[clockid_t]>([])
      // Each task waits for the others, so each runs on a thread of its own.
      compute.parallel(3) { _ in
        var clock = clockid_t()
        #expect(unsafe pthread_getcpuclockid(pthread_self(), &clock) == 0)
        clocks.withLock { $0.append(clock) }
        while clocks.withLock({ $0.count < 3 }) { sched_yield() }
      }
      let threads = clocks.withLock { $0 }
      #expect(Set(threads).count == 3)
      func seconds() -> Double {
        threads.reduce(0) { sum, clock in
          var time = timespec()
          _ = unsafe clock_gettime(clock, &time)
          return sum + Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
        }
      }
      let before = seconds()
      Thread.sleep(forTimeInterval: 0.2)
      // CPU time of these three threads only: the tests beside this one do not count.
      #expect(seconds() - before < 0.05)
    }

    /// OpenBLAS is linked, so its own account of its threads can be looked up by name.
    @Test func `a product runs on the pool's threads, OpenBLAS adds none`() throws {
      let compute = try Compute(threads: 2)
      let (a, c) = (Tensor(normals(512 * 512, "a"), columns: 512), Tensor(rows: 512, columns: 512))
      compute.multiply(a, a, into: c)
      let symbol = try unsafe #require(dlsym(nil, "openblas_get_num_threads"))
      let count = unsafe unsafeBitCast(symbol, to: (@convention(c) () -> Int32).self)
      #expect(count() == 1)
    }
  #endif
}
