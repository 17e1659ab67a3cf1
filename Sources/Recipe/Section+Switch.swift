extension Section {
  /// A part of the method that can be off: `false` or null, `true` for its defaults, or a mapping of its settings.
  ///
  /// Where it is off the resolved recipe says `false`, where it is on it has every setting.
  ///
  /// - Parameters:
  ///   - key: What it is called.
  ///   - field: Its settings, nil = off.
  ///   - defaults: What it is with nothing said.
  ///   - example: A key that a mapping may have, for the message.
  ///   - takesTrue: Whether the defaults are enough to run with.
  ///   - absentOrigin: Who decides where the key is absent, if not whoever decides the rest of the section.
  ///   - read: Reads the mapping's keys.
  func readSwitch<Settings>(
    _ key: String, into field: inout Settings?, defaults: Settings, example: String, takesTrue: Bool = true,
    absentOrigin: Origin? = nil, read: (Section, inout Settings) -> Void
  ) {
    let node = node(key)
    if let node, node.pairs == nil {
      if node.isNull || node.boolean == false {
        field = nil
      } else if node.boolean == true, takesTrue {
        field = defaults
      } else {
        refuse(key, node, expected: (takesTrue ? "true, " : "") + "false, or a mapping with `\(example)`")
        field = nil
      }
    } else if node != nil {
      field = field ?? defaults
    }
    guard var settings = field else {
      record(key, "false")
      return
    }
    // `true` decides for all its settings; a mapping of the user's decides what it says.
    let isMapping = node?.pairs != nil
    let given = node == nil ? absentOrigin ?? origin(key) : origin(key)
    let section = Section(
      isMapping ? node : nil, at: path + key, reader: reader,
      absentOrigin: isMapping ? given.asPreset : given)
    defer { section.close() }
    read(section, &settings)
    field = settings
  }

  /// Reports two bounds that leave nothing between them.
  func checkOrder(
    _ lowKey: String, _ low: Double?, _ highKey: String, _ high: Double?, strictly: Bool = false
  ) {
    guard let low, let high, strictly ? low >= high : low > high else { return }
    let isLowGiven = place(lowKey) != nil
    reader.report(
      .boundsCross(
        low: "\(path + lowKey)", YAMLText.number(low), high: "\(path + highKey)", YAMLText.number(high)),
      at: path + (isLowGiven ? lowKey : highKey))
  }
}
