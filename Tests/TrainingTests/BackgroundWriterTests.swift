import Dispatch
import Synchronization
import Testing
import Training

@Suite struct `Point 7: the background writer` {
  struct DiskFull: Error {}

  /// What was done, in order.
  final class Record: Sendable {
    private let items = Mutex<[Int]>([])
    func add(_ item: Int) { items.withLock { $0.append(item) } }
    var all: [Int] { items.withLock { $0 } }
  }

  @Test func `does everything in order, and has done it when it has settled`() throws {
    let (writer, record) = (BackgroundWriter(capacity: 3), Record())
    for item in 0..<100 {
      try writer.waitForRoom()
      writer.write { record.add(2 * item) }
      writer.note { record.add(2 * item + 1) }
    }
    try writer.settle()
    #expect(record.all == Array(0..<200))
  }

  @Test func `lets its owner go on until its room is used up`() throws {
    let (writer, record, gate) = (BackgroundWriter(capacity: 2), Record(), DispatchSemaphore(value: 0))
    for item in 0..<2 {
      try writer.waitForRoom()
      writer.write {
        gate.wait()
        record.add(item)
      }
    }
    // Both wait for the gate, and whoever handed them over is here.
    #expect(record.all.isEmpty)
    let third = DispatchQueue(label: "third")
    third.async {
      try? writer.waitForRoom()
      record.add(9)
      writer.write { record.add(2) }
    }
    gate.signal()
    third.sync {}
    #expect(record.all.prefix(2) == [0, 9], "room for the third comes when the first is done")
    gate.signal()
    try writer.settle()
    #expect(record.all == [0, 9, 1, 2])
  }

  @Test func `after a failure writes nothing more and says so at the next piece and at the end`() throws {
    let (writer, record) = (BackgroundWriter(capacity: 1), Record())
    try writer.waitForRoom()
    writer.write { throw DiskFull() }
    #expect(throws: DiskFull.self) {
      for item in 0..<2 {
        try writer.waitForRoom()
        writer.write { record.add(item) }
      }
    }
    #expect(throws: DiskFull.self) { try writer.waitForRoom() }
    writer.note { record.add(7) }
    #expect(throws: DiskFull.self) { try writer.settle() }
    #expect(record.all == [7], "the log still tells")
  }

  @Test func `counts its seconds once`() throws {
    let writer = BackgroundWriter(capacity: 1)
    try writer.waitForRoom()
    writer.write {
      let end = ContinuousClock.now + .milliseconds(20)
      while ContinuousClock.now < end {}
    }
    try writer.settle()
    #expect(writer.takeSeconds() >= 0.02)
    #expect(writer.takeSeconds() == 0)
  }
}
