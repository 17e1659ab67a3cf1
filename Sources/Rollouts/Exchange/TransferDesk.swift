internal import Transport

/// Who has asked for which chunks, and has not got them yet. Chunks are made one at a time, when there is room to
/// send them; of each worker one request of a kind is remembered, so memory is bounded by the number of workers.
struct TransferDesk {
  private var sender = WeightsSender()
  private let kit: ModelKitSender
  private var weights: [WorkerID: WeightsRequest] = [:]
  private var kits: [WorkerID: KitRequest] = [:]

  init(kit: ModelKit) { self.kit = ModelKitSender(kit) }

  mutating func publish(_ snapshot: WeightsSnapshot) { _ = sender.publish(snapshot) }

  /// Workers that wait for chunks, by name.
  var waiting: [WorkerID] { Set(weights.keys).union(kits.keys).sorted() }

  /// A worker asks; what it asked for before and did not get is superseded only where it is the same transfer.
  mutating func ask(_ request: WeightsRequest, for worker: WorkerID) {
    weights[worker] = join(weights[worker], request)
  }

  mutating func ask(_ request: KitRequest, for worker: WorkerID) {
    if let before = kits[worker], before.digest == request.digest,
      Self.touch(before.first, before.count, request.first)
    {
      kits[worker]?.count = min(before.count + request.count, WeightsSender.chunksPerAnswer)
    } else {
      kits[worker] = request
    }
  }

  /// Two requests in a row for chunks in a row are one.
  private func join(_ before: WeightsRequest?, _ request: WeightsRequest) -> WeightsRequest {
    guard var both = before, both.digest == request.digest, both.base == request.base,
      Self.touch(both.first, both.count, request.first)
    else { return request }
    both.count = min(both.count + request.count, WeightsSender.chunksPerAnswer)
    return both
  }

  private static func touch(_ first: Int, _ count: Int, _ next: Int) -> Bool {
    let (end, overflow) = first.addingReportingOverflow(count)
    return !overflow && end == next
  }

  mutating func forget(_ worker: WorkerID) {
    weights[worker] = nil
    kits[worker] = nil
  }

  /// What is to be sent to a worker.
  enum Parcel {
    case weights(WeightsChunk)
    case kit(KitChunk)
    /// It asked for what is not there any more; this is.
    case announcement(WeightsAnnouncement, asked: String)
    /// It asked for what never was there.
    case nothing(asked: String)
  }

  /// The next for a worker; it stays the next until it was sent.
  mutating func next(for worker: WorkerID) -> Parcel? {
    if var request = kits[worker] {
      request.count = 1
      return kit.answer(request).first.map(Parcel.kit) ?? .nothing(asked: request.digest)
    }
    guard var request = weights[worker] else { return nil }
    request.count = 1
    switch sender.answer(request) {
    case .chunks(let chunks): return chunks.first.map(Parcel.weights) ?? .nothing(asked: request.digest)
    case .announce(let announcement): return .announcement(announcement, asked: request.digest)
    case .nothing: return .nothing(asked: request.digest)
    }
  }

  /// That was sent, or is not to be had.
  mutating func sent(_ parcel: Parcel, to worker: WorkerID) {
    switch parcel {
    case .kit: advanceKit(worker)
    case .weights: advanceWeights(worker)
    case .announcement: weights[worker] = nil
    case .nothing: if kits[worker] != nil { kits[worker] = nil } else { weights[worker] = nil }
    }
  }

  private mutating func advanceKit(_ worker: WorkerID) {
    guard var request = kits[worker] else { return }
    (request.first, request.count) = (request.first + 1, request.count - 1)
    kits[worker] = request.count > 0 ? request : nil
  }

  private mutating func advanceWeights(_ worker: WorkerID) {
    guard var request = weights[worker] else { return }
    (request.first, request.count) = (request.first + 1, request.count - 1)
    weights[worker] = request.count > 0 ? request : nil
  }
}
