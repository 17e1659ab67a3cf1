private import Foundation

/// Files on their way to a tree: reading, and `extends`.
enum RecipeFile {
  /// The tree of a recipe file with what it extends under it.
  ///
  /// `extends:` is relative to the file that says it, and at most two deep: a reader should find every value in
  /// three files.
  static func tree(path: String, notes: inout [String]) throws(RecipeError) -> RecipeNode {
    try tree(text: read(path, at: nil), path: path, chain: [path], notes: &notes)
  }

  static func tree(
    text: String, path: String, chain: [String], notes: inout [String]
  ) throws(RecipeError) -> RecipeNode {
    var root = try mapping(text, path: path)
    try root.adoptForeignNames(notes: &notes)
    guard case .mapping(var pairs) = root.content,
      let index = pairs.firstIndex(where: { $0.key == "extends" })
    else { return root }
    let extended = pairs.remove(at: index).value
    root.content = .mapping(pairs)
    if extended.isNull { return root }
    guard let name = extended.text else {
      throw RecipeError(
        .wrongType(key: "extends", expected: "the path of a recipe", found: extended.kindInWords),
        at: extended.place)
    }
    let base = sibling(name, of: path)
    let longer = chain + [base]
    guard !chain.map(identity).contains(identity(base)) else {
      throw RecipeError(.extendsCycle(longer), at: extended.place)
    }
    guard longer.count <= 3 else { throw RecipeError(.extendsTooDeep(longer), at: extended.place) }
    let lower = try tree(text: read(base, at: extended.place), path: base, chain: longer, notes: &notes)
    return lower.merged(under: root)
  }

  /// The YAML of one file, which must be a mapping.
  private static func mapping(_ text: String, path: String) throws(RecipeError) -> RecipeNode {
    let text = text.hasPrefix("\u{feff}") ? String(text.dropFirst()) : text
    let tree: RecipeNode?
    do {
      tree = try YAMLReading.tree(of: text) { line, text in .file(path: path, line: line, text: text) }
    } catch {
      throw error.about(path)
    }
    guard let tree, !tree.isNull else {
      throw RecipeError(.empty, advice: "`apus recipe list` shows recipes to begin with", recipe: path)
    }
    guard tree.pairs != nil else {
      throw RecipeError(.notAMapping(found: tree.kindInWords), at: tree.place)
    }
    return tree
  }

  private static func read(_ path: String, at place: Place?) throws(RecipeError) -> String {
    guard FileManager.default.fileExists(atPath: path) else {
      throw RecipeError(
        .unreadable(path: path, why: "there is no such file"), at: place,
        advice: similarFile(to: path).map { "did you mean `\($0)`?" })
    }
    let url = URL(filePath: path).resolvingSymlinksInPath()
    guard (try? url.resourceValues(forKeys: [.isDirectoryKey]))?.isDirectory != true else {
      throw RecipeError(.unreadable(path: path, why: "it is a folder"), at: place)
    }
    let data: Data
    do {
      // One byte beyond the limit tells enough about a file of any size.
      let file = try FileHandle(forReadingFrom: url)
      defer { try? file.close() }
      data = try file.read(upToCount: YAMLReading.maximumBytes + 1) ?? Data()
    } catch {
      throw RecipeError(.unreadable(path: path, why: error.localizedDescription), at: place)
    }
    guard data.count <= YAMLReading.maximumBytes else {
      throw RecipeError(.tooLarge, at: place, recipe: path)
    }
    guard let text = String(data: data, encoding: .utf8) else {
      throw RecipeError(.unreadable(path: path, why: "it is not UTF-8 text"), at: place)
    }
    return text
  }

  /// The file in the same folder whose name is nearest.
  private static func similarFile(to path: String) -> String? {
    let url = URL(filePath: path)
    let folder = url.deletingLastPathComponent()
    let names =
      (try? FileManager.default.contentsOfDirectory(atPath: folder.path(percentEncoded: false))) ?? []
    let near = nearestName(to: url.lastPathComponent, among: names.filter(RecipeCatalog.isRecipe).sorted())
    return near.map { sibling($0, of: path) }
  }

  /// `name` as seen from the folder of `path`, with `..` worked off where that leaves a path people would write.
  static func sibling(_ name: String, of path: String) -> String {
    if name.hasPrefix("/") { return name }
    var parts = path.split(separator: "/", omittingEmptySubsequences: false).dropLast().map(String.init)
    for part in name.split(separator: "/").map(String.init) where part != "." {
      if part == "..", let last = parts.last, !["", ".", ".."].contains(last) {
        parts.removeLast()
      } else {
        parts.append(part)
      }
    }
    return parts.joined(separator: "/")
  }

  private static func identity(_ path: String) -> String {
    URL(filePath: path).standardizedFileURL.resolvingSymlinksInPath().path(percentEncoded: false)
  }
}
