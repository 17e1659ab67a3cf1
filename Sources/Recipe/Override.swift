/// One `--set KEY=VALUE`: `rollout.num_prompts=8`, `stages[0].steps=50`, `stages.rl.steps=50`, `data.train={…}`.
struct Override {
  private let steps: [RecipePath.Step]
  private let value: RecipeNode
  private let place: Place

  /// - Parameter text: What followed `--set`.
  /// - Throws: ``RecipeError`` where that is no KEY=VALUE, or the value no YAML.
  init(_ text: String) throws(RecipeError) {
    place = Place(source: .override(text))
    guard let equals = text.firstIndex(of: "=") else {
      throw RecipeError(.malformedOverride("`=` is missing"), at: place)
    }
    steps = try Self.steps(of: text[..<equals], at: place)
    let place = place
    let valueText = String(text[text.index(after: equals)...])
    let tree = try YAMLReading.tree(of: valueText) { _, _ in place.source }
    value = tree ?? RecipeNode(content: .scalar(text: "", isPlain: true), place: place)
  }

  /// Lays the value over `tree`, where a list item is meant by its index, its name, or a stage by its kind.
  func apply(to tree: RecipeNode, notes: inout [String]) throws(RecipeError) -> RecipeNode {
    if let keys = mappingKeys(in: tree) {
      // Inside mappings only: a small recipe of its own, so that merging and foreign names work as in files.
      var layer = RecipeNode(content: .mapping([]), place: place)
      layer.insert(value, at: keys, keyPlace: place)
      try layer.adoptForeignNames(notes: &notes)
      return tree.merged(under: layer)
    }
    return try set(steps[...], in: tree, at: .root)
  }

  /// The keys of the path, or nil where it leads into a list of `tree`.
  private func mappingKeys(in tree: RecipeNode) -> [String]? {
    var node: RecipeNode? = tree
    var keys: [String] = []
    for step in steps {
      guard case .key(let key) = step else { return nil }
      if case .sequence = node?.content { return nil }
      keys.append(key)
      node = node?[key]
    }
    return keys
  }

  private func set(
    _ steps: ArraySlice<RecipePath.Step>, in node: RecipeNode, at path: RecipePath
  ) throws(RecipeError) -> RecipeNode {
    guard let step = steps.first else { return node.merged(under: value, at: path) }
    switch (node.content, step) {
    case (.sequence(var items), _):
      let index = try self.index(of: step, in: items, at: path)
      items[index] = try set(steps.dropFirst(), in: items[index], at: path + index)
      return RecipeNode(content: .sequence(items), place: node.place)
    case (_, .index(let index)):
      throw RecipeError(
        .noSuchItem(list: "\(path)", item: "item \(index)", available: []), at: place,
        advice: path == .root ? nil : "`\(path)` is no list")
    case (_, .key(let key)):
      var pairs = node.pairs ?? []
      if let position = pairs.firstIndex(where: { $0.key == key }) {
        pairs[position].value = try set(steps.dropFirst(), in: pairs[position].value, at: path + key)
        pairs[position].keyPlace = place
      } else {
        let empty = RecipeNode(content: .mapping([]), place: place)
        let child = steps.count == 1 ? value : try set(steps.dropFirst(), in: empty, at: path + key)
        pairs.append(.init(key: key, keyPlace: place, value: child))
      }
      return RecipeNode(content: .mapping(pairs), place: node.place)
    }
  }

  /// Which item of a list is meant: by index, by name, or by kind where only one of that kind is no control.
  private func index(
    of step: RecipePath.Step, in items: [RecipeNode], at path: RecipePath
  ) throws(RecipeError) -> Int {
    let names = Self.names(of: items)
    let wanted: String
    switch step {
    case .index(let index):
      if items.indices.contains(index) { return index }
      wanted = "item \(index)"
    case .key(let key):
      if let index = Int(key), items.indices.contains(index) { return index }
      if let index = names.firstIndex(of: key) { return index }
      let ofKind = items.indices.filter {
        items[$0]["kind"]?.text == key && items[$0]["control"]?.boolean != true
      }
      if ofKind.count == 1, let index = ofKind.first { return index }
      wanted = Int(key) == nil ? "item called `\(key)`" : "item \(key)"
    }
    let available = names.enumerated().map { "\($0.offset) (\($0.element))" }
    var near: String?
    if case .key(let key) = step { near = nearestName(to: key, among: names) }
    throw RecipeError(
      .noSuchItem(list: "\(path)", item: wanted, available: available), at: place,
      advice: near.map { "did you mean `\($0)`?" })
  }

  /// What list items are called: their `name`, else their kind with a number from the second on.
  private static func names(of items: [RecipeNode]) -> [String] {
    items.indices.map { index in
      if let name = items[index]["name"]?.text { return name }
      guard let kind = items[index]["kind"]?.text else { return "\(index)" }
      let number = items[...index].count { $0["kind"]?.text == kind }
      return number == 1 ? kind : "\(kind)-\(number)"
    }
  }

  /// `stages[0].steps` → stages, 0, steps.
  private static func steps(of path: Substring, at place: Place) throws(RecipeError) -> [RecipePath.Step] {
    var steps: [RecipePath.Step] = []
    for part in path.split(separator: ".", omittingEmptySubsequences: false) {
      let pieces = part.split(separator: "[", omittingEmptySubsequences: false)
      let key = pieces.first.map(trimmed) ?? ""
      guard !key.isEmpty else {
        throw RecipeError(.malformedOverride("`\(path)` has an empty part"), at: place)
      }
      steps.append(.key(key))
      for piece in pieces.dropFirst() {
        guard piece.last == "]", let index = Int(piece.dropLast()), index >= 0 else {
          throw RecipeError(.malformedOverride("`[\(piece)` is no index such as `[0]`"), at: place)
        }
        steps.append(.index(index))
      }
    }
    return steps
  }

  private static func trimmed(_ text: Substring) -> String {
    let start = text.drop { $0.isWhitespace }
    return String(start.prefix { !$0.isWhitespace })
  }
}
