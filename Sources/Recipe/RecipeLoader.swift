private import Foundation
internal import Objectives

/// From a recipe file and `--set`s to the configuration of a run.
public enum RecipeLoader {
  /// Loads a recipe that is ready to run.
  ///
  /// Values come, the later over the earlier, from the configuration structs' own defaults, the preset that
  /// `algorithm.name` calls, the files that `extends` names, the file itself, and `overrides` in their order.
  ///
  /// - Parameters:
  ///   - path: The recipe; paths in it other than `extends` are seen from the working directory.
  ///   - overrides: What followed each `--set`.
  /// - Returns: The configuration, with the origin of every value.
  /// - Throws: The first thing that is wrong, a misspelt key before anything else; ``RecipeError/Reason/needs(_:)``
  ///   for a recipe that leaves keys such as `model.path` to whoever runs it.
  public static func load(path: String, overrides: [String] = []) throws(RecipeError) -> ResolvedRecipe {
    try ready(check(path: path, overrides: overrides), path: path)
  }

  /// ``load(path:overrides:)`` from text; `path` is where it is said to stand.
  public static func load(
    text: String, path: String, overrides: [String] = []
  ) throws(RecipeError) -> ResolvedRecipe {
    var notes: [String] = []
    let tree = try RecipeFile.tree(text: text, path: path, chain: [path], notes: &notes)
    return try ready(resolve(tree, path: path, overrides: overrides, notes: notes), path: path)
  }

  /// As ``load(path:overrides:)``, except that keys left open are listed in ``ResolvedRecipe/needs``: what
  /// `apus recipe check` and `show` ask.
  public static func check(path: String, overrides: [String] = []) throws(RecipeError) -> ResolvedRecipe {
    var notes: [String] = []
    let tree = try RecipeFile.tree(path: path, notes: &notes)
    return try resolve(tree, path: path, overrides: overrides, notes: notes)
  }

  private static func ready(_ recipe: ResolvedRecipe, path: String) throws(RecipeError) -> ResolvedRecipe {
    guard recipe.needs.isEmpty else { throw RecipeError(.needs(recipe.needs), recipe: path) }
    return recipe
  }

  private static func resolve(
    _ files: RecipeNode, path: String, overrides texts: [String], notes: [String]
  ) throws(RecipeError) -> ResolvedRecipe {
    var notes = notes
    var overrides: [Override] = []
    for text in texts { overrides.append(try Override(text)) }
    var tree = try preset(for: files, overrides).merged(under: files)
    for override in overrides { tree = try override.apply(to: tree, notes: &notes) }

    let reader = RecipeReader()
    let stem = URL(filePath: path).deletingPathExtension().lastPathComponent
    let configuration = reader.readConfiguration(tree, stem: stem)
    let findings = reader.checkConsistency(of: configuration)
    notes += findings.notes
    do {
      try reader.throwFirstProblem()
    } catch {
      throw error.about(path)
    }
    return ResolvedRecipe(
      configuration: configuration, read: reader, notes: notes, remarks: findings.remarks)
  }

  /// The layer of the preset that files and overrides end up calling. A name or variant that does not exist calls
  /// none; reading the section reports it.
  private static func preset(for files: RecipeNode, _ overrides: [Override]) throws(RecipeError) -> RecipeNode
  {
    var draft = files
    var unused: [String] = []
    for override in overrides { draft = (try? override.apply(to: draft, notes: &unused)) ?? draft }
    let algorithm = draft["algorithm"]
    let name = (algorithm?["name"]?.text).map { AlgorithmConfiguration.Preset(rawValue: $0) } ?? .grpo
    let variant = (algorithm?["variant"]?.text).map { PresetVariant(rawValue: $0) } ?? .default
    return try Presets.layer(name ?? .grpo, variant ?? .default)
  }
}
