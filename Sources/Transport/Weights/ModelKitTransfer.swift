internal import Crypto
internal import Foundation

/// The trainer's side of a kit's transfer.
public struct ModelKitSender: Sendable {
  /// Of one chunk; the last one is shorter.
  static let chunkBytes = 1 << 20

  public let kit: ModelKit

  public init(_ kit: ModelKit) { self.kit = kit }

  static func chunkCount(_ bytes: Int) -> Int { max(1, (bytes + chunkBytes - 1) / chunkBytes) }

  /// - Returns: The chunks asked for, at most ``WeightsSender/chunksPerAnswer``; none where it was another kit's.
  public func answer(_ request: KitRequest) -> [KitChunk] {
    let count = Self.chunkCount(kit.byteCount)
    guard request.digest == kit.digest, request.first >= 0, request.count > 0, request.first < count else {
      return []
    }
    let last = request.first + min(request.count, WeightsSender.chunksPerAnswer, count - request.first)
    return (request.first..<last).map { index in
      let start = index * Self.chunkBytes
      return KitChunk(
        digest: kit.digest, index: index, count: count,
        bytes: Array(kit.encoded[start..<min(start + Self.chunkBytes, kit.byteCount)]))
    }
  }
}

/// The worker's side of a kit's transfer. Chunks may come twice and in any order; the files are handed out only when all
/// are here and have the digest that was promised.
public struct ModelKitReceiver: Sendable {
  public enum Event: Sendable, Equatable {
    case progress
    /// Seen before, or of another kit.
    case ignored
    case ready(ModelKit)
    /// Thrown away; the transfer goes on, or begins anew where all was here and the digest was not right.
    case refused(WeightsError)
    /// Given up after too many of these.
    case failed(WeightsError)
  }

  public let digest: String
  public let credit: Int
  private let byteCount: Int
  private var chunks: [[UInt8]?]
  private var awaited: Set<Int> = []
  private var failures = 0
  private var isOver = false

  /// - Parameters:
  ///   - digest: As the trainer's welcome says.
  ///   - byteCount: Likewise.
  ///   - credit: Chunks to ask for at a time.
  /// - Throws: ``WeightsError`` where the size is out of range.
  public init(digest: String, byteCount: Int, credit: Int = 8) throws(WeightsError) {
    guard (1...ModelKit.byteLimit).contains(byteCount) else {
      throw .badFiles("have \(byteCount) bytes, but 1 to \(ModelKit.byteLimit) are allowed")
    }
    precondition((1...WeightsSender.chunksPerAnswer).contains(credit), "a credit of \(credit) chunks")
    self.digest = digest
    self.byteCount = byteCount
    self.credit = credit
    chunks = Array(repeating: nil, count: ModelKitSender.chunkCount(byteCount))
  }

  /// What to ask the trainer for now; nil = nothing. To be called again after every chunk.
  public mutating func nextRequest() -> KitRequest? {
    guard !isOver, awaited.count <= credit / 2,
      let first = chunks.indices.first(where: { chunks[$0] == nil && !awaited.contains($0) })
    else { return nil }
    let wanted = (first..<chunks.count).prefix(credit - awaited.count).prefix {
      chunks[$0] == nil && !awaited.contains($0)
    }
    awaited.formUnion(wanted)
    return KitRequest(digest: digest, first: first, count: wanted.count)
  }

  /// What was asked for will not come: the connection was lost, or nothing has come for a long time.
  public mutating func askAgain() { awaited = [] }

  public mutating func take(_ chunk: KitChunk) -> Event {
    guard !isOver, chunk.digest == digest else { return .ignored }
    guard chunk.count == chunks.count, chunks.indices.contains(chunk.index) else {
      return refuse(
        .badChunk(
          index: chunk.index, "says it is one of \(chunk.count), but this transfer has \(chunks.count)"))
    }
    awaited.remove(chunk.index)
    let expected = min(ModelKitSender.chunkBytes, byteCount - chunk.index * ModelKitSender.chunkBytes)
    guard chunk.bytes.count == expected else {
      return refuse(.badChunk(index: chunk.index, "has \(chunk.bytes.count) bytes in place of \(expected)"))
    }
    guard chunks[chunk.index] == nil else { return .ignored }
    chunks[chunk.index] = chunk.bytes
    guard !chunks.contains(nil) else { return .progress }
    return finish()
  }

  private mutating func finish() -> Event {
    let encoded = chunks.compactMap { $0 }.flatMap { $0 }
    chunks = Array(repeating: nil, count: chunks.count)
    let found = Digest256(SHA256.hash(data: encoded)).text
    guard found == digest else { return refuse(.wrongFiles(expected: digest, found: found)) }
    do {
      let kit = try ModelKit(encoded: encoded)
      isOver = true
      return .ready(kit)
    } catch {
      return refuse(error)
    }
  }

  private mutating func refuse(_ error: WeightsError) -> Event {
    awaited = []
    failures += 1
    guard failures < WeightsReceiver.failureLimit else {
      isOver = true
      return .failed(error)
    }
    return .refused(error)
  }
}
