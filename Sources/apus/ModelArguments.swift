import ArgumentParser
import Foundation
import Recipe
import Training

/// A model directory, and the recipe of the run it came from where it lies in one.
struct ModelArguments: ParsableArguments {
  @Argument(help: "A Hugging Face model directory, e.g. runs/quickstart-1/model.", completion: .directory)
  var model: String

  @Option(
    help: ArgumentHelp(
      "The recipe to take settings from; by default that of the run the model lies in.", valueName: "file"))
  var recipe: String?

  @Option(
    name: .customLong("set"), parsing: .singleValue,
    help: ArgumentHelp("Overrides one key of that recipe; may be repeated.", valueName: "key=value"))
  var overrides: [String] = []

  /// The recipe's settings with the model in place of the recipe's; nil where there is no recipe.
  func settings(extra: [String] = []) throws -> TrainingConfiguration? {
    guard let path = recipe ?? Self.recipe(above: model) else { return nil }
    let all = ["model.path=\(model)"] + overrides + extra
    return try RecipeLoader.load(path: path, overrides: all).configuration
  }

  /// `runs/x/model` and `runs/x/checkpoints/step-20` lie in the run `runs/x`.
  private static func recipe(above model: String) -> String? {
    var folder = URL(filePath: model).standardizedFileURL
    for _ in 0..<2 {
      folder.deleteLastPathComponent()
      let candidate = folder.appending(path: "recipe.yaml").path
      if FileManager.default.fileExists(atPath: candidate) { return candidate }
    }
    return nil
  }
}
