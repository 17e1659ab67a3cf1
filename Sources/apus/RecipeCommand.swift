import ArgumentParser
import Recipe

struct RecipeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "recipe", abstract: "Lists, checks and shows recipes.",
    subcommands: [List.self, Check.self, Show.self])

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Lists the recipes of a folder.")

    @Argument(help: "Where recipes are.", completion: .directory)
    var folder = "Recipes"

    func run() throws {
      let items = try RecipeCatalog.list(root: folder)
      let width = items.map(\.path.count).max() ?? 0
      for item in items {
        print(item.path + String(repeating: " ", count: width - item.path.count + 2) + item.summary)
      }
    }
  }

  struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Checks a recipe without loading a model or data.")

    @OptionGroup var source: RecipeArguments

    func run() throws {
      let recipe = try RecipeLoader.check(path: source.recipe, overrides: source.overrides)
      for note in recipe.notes { print("note: \(note)") }
      for remark in recipe.remarks { print("fine: \(remark)") }
      for key in recipe.needs { print("to be set by you: \(key)") }
      print("\(source.recipe): fine")
    }
  }

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Prints the whole resolved recipe, every value with its origin.")

    @OptionGroup var source: RecipeArguments

    func run() throws {
      let recipe = try RecipeLoader.check(path: source.recipe, overrides: source.overrides)
      print(recipe.annotated(), terminator: "")
    }
  }
}
