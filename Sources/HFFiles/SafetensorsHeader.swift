internal import Foundation

/// The validated table of contents of a safetensors file.
///
/// Layout: 8 bytes little-endian N, N bytes of JSON, data. Every entry is checked before anything is read:
/// types, sizes, and that the tensors tile the data exactly, without overlap, gap or tail, as the format's
/// own reader asks.
struct SafetensorsHeader: Sendable {
  /// Where a tensor's bytes lie, counted from the beginning of the file.
  struct Entry: Sendable {
    var info: TensorInfo
    var bytes: Range<Int>
  }

  /// A header larger than this is refused before it is read (the format's own limit).
  static let longestHeader = 100_000_000

  var entries: [String: Entry] = [:]
  var metadata: [String: String] = [:]

  /// - Parameters:
  ///   - file: The whole file.
  ///   - path: For error messages.
  /// - Throws: The first fault, by name of the tensor.
  init(file: Data, path: String) throws(HFFilesError) {
    func refusal(_ reason: HFFilesError.Reason) -> HFFilesError { HFFilesError(path: path, reason: reason) }

    guard file.count >= 8 else { throw refusal(.tooShortForHeader(size: file.count)) }
    let declared = file.prefix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard declared <= UInt64(Self.longestHeader) else {
      throw refusal(.headerTooLong(declared: declared, limit: Self.longestHeader))
    }
    let dataBegin = 8 + Int(declared)
    guard dataBegin <= file.count else {
      throw refusal(.truncatedHeader(declared: declared, size: file.count))
    }

    let raw: RawHeader
    do {
      raw = try JSONDecoder().decode(
        RawHeader.self, from: file.subdata(in: file.startIndex + 8..<file.startIndex + dataBegin))
    } catch {
      throw refusal(.unreadableHeader(detail: Self.explain(error)))
    }

    metadata = raw.metadata
    let available = file.count - dataBegin
    var spans: [(name: String, begin: Int, end: Int)] = []
    for (name, result) in raw.entries {
      let entry: RawEntry
      switch result {
      case .success(let value): entry = value
      case .failure(let problem): throw refusal(.malformedEntry(tensor: name, detail: problem.detail))
      }
      guard let type = ElementType(rawValue: entry.dtype) else {
        throw refusal(.unknownElementType(tensor: name, name: entry.dtype))
      }
      guard let byteCount = checkedProduct(entry.shape + [type.size]) else {
        throw refusal(.malformedShape(tensor: name, shape: entry.shape))
      }
      guard entry.offsets.count == 2 else {
        throw refusal(
          .malformedEntry(tensor: name, detail: "`data_offsets` has \(entry.offsets.count) numbers, not 2"))
      }
      let (begin, end) = (entry.offsets[0], entry.offsets[1])
      guard begin >= 0, begin <= end else {
        throw refusal(.offsetsOutOfBounds(tensor: name, begin: begin, end: end, available: available))
      }
      guard end - begin == byteCount else {
        throw refusal(.byteCountMismatch(tensor: name, type: type, shape: entry.shape, bytes: end - begin))
      }
      guard end <= available else {
        let (needed, overflow) = end.addingReportingOverflow(dataBegin)
        if overflow {
          throw refusal(.offsetsOutOfBounds(tensor: name, begin: begin, end: end, available: available))
        }
        throw refusal(.shorterThanDeclared(tensor: name, size: file.count, needed: needed))
      }
      spans.append((name, begin, end))
      entries[name] = Entry(
        info: TensorInfo(dtype: type, shape: entry.shape), bytes: dataBegin + begin..<dataBegin + end)
    }

    spans.sort { ($0.begin, $0.end, $0.name) < ($1.begin, $1.end, $1.name) }
    var covered = 0
    var previous = ""
    for span in spans {
      if span.begin < covered { throw refusal(.overlappingTensors(first: previous, second: span.name)) }
      if span.begin > covered { throw refusal(.unclaimedBytes(begin: covered, end: span.begin)) }
      covered = span.end
      previous = span.name
    }
    if covered < available { throw refusal(.unclaimedBytes(begin: covered, end: available)) }
  }

  /// The part of a decoding error that a person can act on.
  static func explain(_ error: any Error) -> String {
    switch error {
    case DecodingError.dataCorrupted(let context):
      (context.underlyingError as NSError?)?.userInfo["NSDebugDescription"] as? String
        ?? context.debugDescription
    case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context):
      context.codingPath.isEmpty
        ? context.debugDescription
        : "at `\(context.codingPath.map(\.stringValue).joined(separator: "."))`: \(context.debugDescription)"
    case DecodingError.keyNotFound(let key, _):
      "`\(key.stringValue)` is missing"
    default:
      // Foundation's parser has errors of its own for numbers outside every type.
      "a value does not fit the type that belongs there (\(error))"
    }
  }
}

/// The header as it stands in the file: names to entries, with `__metadata__` among them.
private struct RawHeader: Decodable {
  var metadata: [String: String] = [:]
  /// Sorted by name, so that of several faults the same one is always reported.
  var entries: [(String, Result<RawEntry, EntryProblem>)] = []

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: AnyKey.self)
    for key in container.allKeys.sorted(by: { $0.stringValue < $1.stringValue }) {
      if key.stringValue == "__metadata__" {
        metadata = try container.decode([String: String].self, forKey: key)
        continue
      }
      do {
        entries.append((key.stringValue, .success(try container.decode(RawEntry.self, forKey: key))))
      } catch {
        entries.append((key.stringValue, .failure(EntryProblem(detail: SafetensorsHeader.explain(error)))))
      }
    }
  }
}

private struct RawEntry: Decodable {
  var dtype: String
  var shape: [Int]
  var offsets: [Int]

  enum CodingKeys: String, CodingKey {
    case dtype, shape
    case offsets = "data_offsets"
  }
}

private struct EntryProblem: Error {
  var detail: String
}

/// A key that may be any text.
private struct AnyKey: CodingKey {
  var stringValue: String
  var intValue: Int? { nil }

  init(stringValue: String) { self.stringValue = stringValue }
  init?(intValue: Int) { return nil }
}
