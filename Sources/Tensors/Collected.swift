/// One result per parallel task, written without a lock because each task writes only its own.
public final class Collected<Element>: @unchecked Sendable {
  // Sendable: elements are distinct memory locations and are read after all tasks are done.
  private let storage: UnsafeMutablePointer<Element?>
  private let count: Int

  public init(count: Int) {
    self.count = count
    storage = .allocate(capacity: max(1, count))
    storage.initialize(repeating: nil, count: count)
  }

  deinit {
    storage.deinitialize(count: count)
    storage.deallocate()
  }

  public subscript(index: Int) -> Element? {
    get {
      precondition(index >= 0 && index < count, "no such task")
      return storage[index]
    }
    set {
      precondition(index >= 0 && index < count, "no such task")
      storage[index] = newValue
    }
  }
}
