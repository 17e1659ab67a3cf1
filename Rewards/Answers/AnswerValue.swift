/// What an answer is, with its scalars as expressions of one ``Algebra``.
indirect enum AnswerValue {
  case quantity(Quantity)
  /// Values next to each other without a fence: unordered, repetitions count once.
  case list(AnswerList)
  /// `\{…\}`.
  case set([AnswerValue])
  /// `(a, b)`, `[a, b)`, `\langle a, b \rangle`: a tuple or an interval, whichever it is compared with.
  case fence(FencedAnswer)
  case matrix([[AnswerValue]])
  case relation(Relation)
  /// `A \cup B` and its kin.
  case setOperation(SetOperation, AnswerValue, AnswerValue)
  case emptySet
  /// `\mathbb{R}`, by its letter.
  case numberSet(UInt8)
  /// `a : b : c`, more than one member.
  case ratio(Ratio)
  /// `a \pmod m`.
  case residue(value: ExpressionID, modulus: ExpressionID)
  case text(TextAnswer)
  /// `1, 2, \ldots, n`: in order, nil for the dots.
  case sequence([AnswerValue?])
}

/// A scalar and what is written around it.
struct Quantity {
  enum Angle {
    case none, degrees, radians
  }

  var expression: ExpressionID
  /// As written, without sign; nil for anything but one number.
  var literal: NumberLiteral?
  var isNegative = false
  var isPercent = false
  var angle = Angle.none
  var unit: UnitValue?
  /// The folded bytes it was read from.
  var source: Bytes
  /// Letters only: it may be a word.
  var isLetters = false
}

struct AnswerList {
  enum Joint {
    case comma, and, or
  }

  var elements: [AnswerValue]
  var joint: Joint
}

struct FencedAnswer {
  /// `(`, `[`, `<`; `]` for a French `]0, 1[`.
  var open: UInt8
  var close: UInt8
  var elements: [AnswerValue]

  var includesLower: Bool { open == UInt8(ascii: "[") }
  var includesUpper: Bool { close == UInt8(ascii: "]") }
  var isInterval: Bool { elements.count == 2 && open != UInt8(ascii: "<") }
}

/// `a = b`, `1 < x \le 4`, `x \in A`.
struct Relation {
  var sides: [AnswerValue]
  /// One fewer than sides.
  var signs: [MathRelation]
  /// How what stands left is spelled, without blanks and braces.
  var label: [UInt8] = []
  /// The label is nothing but words.
  var isLabelInWords = false
  /// Something on the left is words or beyond the reader: `Area = 12`, `\angle ABC = 30`.
  var isLabeled = false

  var isEquation: Bool { signs.allSatisfy { $0 == .equal || $0 == .approximately || $0 == .equivalent } }
  var isInequality: Bool {
    signs.allSatisfy {
      switch $0 {
      case .less, .greater, .lessOrEqual, .greaterOrEqual, .notEqual: true
      default: false
      }
    }
  }
}

enum SetOperation {
  case union, intersection, difference
}

struct Ratio {
  enum Meridiem {
    case am, pm
  }

  var members: [ExpressionID]
  var meridiem: Meridiem?
  /// Every member behind the first was written with two digits: it may be a time of day.
  var isClock = false
}

struct TextAnswer {
  /// Small letters, digits and what is beyond ASCII; blanks, marks and a leading article left out.
  var normalized: [UInt8]
  /// The same with capitals kept.
  var exact: [UInt8]
  var meaning: Meaning?

  /// Words that stand for a value.
  enum Meaning {
    case undefined, allReals, allRealsExcept, noSolution
  }
}

extension AnswerValue {
  /// What it was read as, in words.
  var kind: String {
    switch self {
    case .quantity(let quantity):
      if quantity.isPercent { return "percentage" }
      if quantity.angle == .degrees { return "angle in degrees" }
      if quantity.unit != nil { return "quantity with a unit" }
      return quantity.literal != nil ? "number" : "expression"
    case .list(let list): return "list of \(list.elements.count)"
    case .set(let elements): return "set of \(elements.count)"
    case .fence(let fence): return fence.isInterval ? "pair or interval" : "tuple of \(fence.elements.count)"
    case .matrix(let rows): return "matrix of \(rows.count) rows"
    case .relation(let relation): return relation.isEquation ? "equation" : "relation"
    case .setOperation, .emptySet, .numberSet: return "set"
    case .ratio(let ratio): return ratio.isClock || ratio.meridiem != nil ? "time or ratio" : "ratio"
    case .residue: return "residue"
    case .text: return "words"
    case .sequence: return "sequence"
    }
  }
}
