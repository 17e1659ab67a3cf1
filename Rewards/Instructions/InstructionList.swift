/// The instructions of a data row.
package struct InstructionList: Sendable {
  let ids: [String]
  let instructions: [any Instruction]

  static let most = 64

  /// Reads the columns `instruction_id_list` and `kwargs`, each a JSON list, one entry per instruction; where
  /// the row has no such column, the ground truth as JSON (or a Python literal) of the same:
  /// `{"instruction_id_list": […], "kwargs": […]}`, open-instruct's `[{"instruction_id": […], "kwargs":
  /// […]}]`, or its older `{"func_name": …}`.
  ///
  /// - Parameters:
  ///   - groundTruth: Not read where the columns are there.
  ///   - columns: Of the data row.
  /// - Throws: Where a part is missing or cannot be read, an id or an argument is unknown, or an argument is
  ///   missing or cannot be used.
  package init(groundTruth: String, columns: [String: String]) throws(InstructionProblem) {
    let idsColumn = ["instruction_id_list", "instruction_id"].first { columns[$0] != nil }
    if let idsColumn {
      guard let kwargs = columns["kwargs"] else { throw InstructionProblem("column `kwargs`", "is missing") }
      try self.init(
        ids: Self.value(of: columns[idsColumn] ?? "", "column `\(idsColumn)`"),
        kwargs: Self.value(of: kwargs, "column `kwargs`"))
      return
    }
    let place = "the ground truth"
    var value = try Self.value(of: groundTruth, place)
    if case .list(let items) = value {
      guard let item = items.first, items.count == 1 else {
        throw InstructionProblem(place, "is a list of \(items.count), but must be a list of one map")
      }
      value = item
    }
    if case .text(let inner) = value { value = try Self.value(of: inner, place) }
    guard case .map(let map) = value else {
      throw InstructionProblem(place, "is \(value.kind), but must be a map with the ids and `kwargs`")
    }
    if let name = map["func_name"] {
      let (id, values) = try EarlierOpenInstruct.instruction(name, map)
      self.init(
        ids: [id], instructions: [try InstructionKinds.make(id, number: 1, values: values, knowsAround: true)]
      )
      return
    }
    guard let ids = map["instruction_id_list"] ?? map["instruction_id"] else {
      throw InstructionProblem(place, "has no `instruction_id_list`")
    }
    guard let kwargs = map["kwargs"] else { throw InstructionProblem(place, "has no `kwargs`") }
    try self.init(ids: ids, kwargs: kwargs)
  }

  private init(ids: ParameterValue, kwargs: ParameterValue) throws(InstructionProblem) {
    guard case .list(let idItems) = ids, (1...Self.most).contains(idItems.count) else {
      throw InstructionProblem("the list of ids", "must be a list of 1 to \(Self.most) texts")
    }
    guard case .list(let kwargItems) = kwargs, kwargItems.count == idItems.count else {
      throw InstructionProblem(
        "`kwargs`", "must be a list with one entry for each of the \(idItems.count) ids")
    }
    var names: [String] = []
    var instructions: [any Instruction] = []
    for (index, (id, item)) in zip(idItems, kwargItems).enumerated() {
      guard case .text(let id) = id else {
        throw InstructionProblem("instruction \(index + 1)", "its id is \(id.kind), but must be a text")
      }
      names.append(id)
      instructions.append(
        try InstructionKinds.make(id, number: index + 1, values: Self.arguments(item, "`kwargs`[\(index)]")))
    }
    self.init(ids: names, instructions: instructions)
  }

  private init(ids: [String], instructions: [any Instruction]) {
    self.ids = ids
    self.instructions = instructions
  }

  private static func arguments(_ item: ParameterValue, _ place: String) throws(InstructionProblem)
    -> [String: ParameterValue]
  {
    switch item {
    case .null: return [:]
    case .map(let map): return map
    case .text(let text):
      guard case .map(let map) = try value(of: text, place) else { fallthrough }
      return map
    default: throw InstructionProblem(place, "is \(item.kind), but must be a map")
    }
  }

  private static func value(of text: String, _ place: String) throws(InstructionProblem) -> ParameterValue {
    let bytes = Bytes(text.utf8)
    guard let value = bytes.jsonValue ?? bytes.jsonOfPythonLiteral.jsonValue else {
      throw InstructionProblem(place, "is not JSON")
    }
    return value
  }
}
