/// One value on a line of metrics.
public enum MetricValue: Sendable, Hashable, CustomStringConvertible {
  case number(Double)
  case integer(Int)
  case text(String)

  /// The value as a number, where it is one.
  public var number: Double? {
    switch self {
    case .number(let value): value
    case .integer(let value): Double(value)
    case .text: nil
    }
  }

  /// NaN equals NaN here: two runs that both went wrong in the same way logged the same thing.
  public static func == (left: MetricValue, right: MetricValue) -> Bool {
    switch (left, right) {
    case (.number(let a), .number(let b)): a == b || a.isNaN && b.isNaN
    case (.integer(let a), .integer(let b)): a == b
    case (.text(let a), .text(let b)): a == b
    default: false
    }
  }

  public func hash(into hasher: inout Hasher) {
    switch self {
    case .number(let value): hasher.combine(value.isNaN ? .nan : value)
    case .integer(let value): hasher.combine(value)
    case .text(let value): hasher.combine(value)
    }
  }

  public var description: String {
    switch self {
    case .number(let value): "\(value)"
    case .integer(let value): "\(value)"
    case .text(let value): value
    }
  }
}

extension MetricValue: ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral, ExpressibleByStringLiteral {
  public init(floatLiteral value: Double) { self = .number(value) }
  public init(integerLiteral value: Int) { self = .integer(value) }
  public init(stringLiteral value: String) { self = .text(value) }
}

/// One line of metrics: names and values in the order they were set.
public struct MetricRecord: Sendable, Hashable {
  public private(set) var fields: [(name: String, value: MetricValue)] = []

  public init() {}

  /// The value of a name. Setting keeps the place of a name that is there, appends one that is not, and
  /// removes with nil.
  public subscript(name: String) -> MetricValue? {
    get { fields.first { $0.name == name }?.value }
    set {
      let place = fields.firstIndex { $0.name == name }
      switch (place, newValue) {
      case (let place?, let value?): fields[place].value = value
      case (let place?, nil): fields.remove(at: place)
      case (nil, let value?): fields.append((name, value))
      case (nil, nil): break
      }
    }
  }

  /// Without times, throughput and memory: what two runs of the same job must agree on.
  public var reproducible: MetricRecord {
    var record = self
    record.fields.removeAll { !MetricTable.isReproducible($0.name) }
    return record
  }

  public static func == (left: MetricRecord, right: MetricRecord) -> Bool {
    left.fields.elementsEqual(right.fields) { $0.name == $1.name && $0.value == $1.value }
  }

  public func hash(into hasher: inout Hasher) {
    for field in fields {
      hasher.combine(field.name)
      hasher.combine(field.value)
    }
  }
}

extension MetricRecord: ExpressibleByDictionaryLiteral {
  /// - Precondition: Names are unique.
  public init(dictionaryLiteral elements: (String, MetricValue)...) {
    for (name, value) in elements {
      precondition(self[name] == nil, "metric `\(name)` given twice")
      self[name] = value
    }
  }
}
