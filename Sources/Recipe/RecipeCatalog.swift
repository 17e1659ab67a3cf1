private import Foundation

/// The recipes under a folder.
public enum RecipeCatalog {
  public struct Item: Sendable, Hashable {
    /// Path below the root without extension: `methods/dapo`.
    public var name: String
    /// As the user can pass it to `apus train`.
    public var path: String
    /// First line of the recipe's opening comment.
    public var summary: String
  }

  /// All recipes, sorted by name; those at the top of the folder first.
  ///
  /// - Parameter root: The folder, `Recipes`.
  /// - Returns: An item for each `.yaml` and `.yml` file at any depth.
  /// - Throws: ``RecipeError`` where there is no such folder.
  public static func list(root: String) throws(RecipeError) -> [Item] {
    guard FileManager.default.fileExists(atPath: root),
      let files = FileManager.default.enumerator(
        atPath: URL(filePath: root).resolvingSymlinksInPath().path)
    else {
      throw RecipeError(.unreadable(path: root, why: "there is no such folder"))
    }
    var items: [Item] = []
    for case let file as String in files where isRecipe(file) {
      let path = root.hasSuffix("/") ? root + file : "\(root)/\(file)"
      items.append(Item(name: withoutExtension(file), path: path, summary: summary(of: path)))
    }
    return items.sorted { (depth($0.name), $0.name) < (depth($1.name), $1.name) }
  }

  static func isRecipe(_ file: String) -> Bool {
    file.hasSuffix(".yaml") || file.hasSuffix(".yml")
  }

  private static func withoutExtension(_ file: String) -> String {
    file.lastIndex(of: ".").map { String(file[..<$0]) } ?? file
  }

  private static func depth(_ name: String) -> Int {
    name.count { $0 == "/" }
  }

  private static func summary(of path: String) -> String {
    let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
    guard let line = text.split(whereSeparator: \.isNewline).first, line.hasPrefix("#") else { return "" }
    return String(line.drop { "# ".contains($0) })
  }
}
