import Foundation
import Recipe
import Training

/// `apus train --dry-run`: the plan of a run, checked and not begun.
struct DryRun {
  private let recipe: ResolvedRecipe

  init(_ recipe: ResolvedRecipe) {
    self.recipe = recipe
  }

  func print() throws {
    let preview = try RunPreview(recipe.configuration)
    Swift.print(recipe.annotated())
    for section in preview.sections {
      Swift.print("# \(section.title)")
      for line in section.lines { Swift.print("#   \(line)") }
    }
    try preview.checkMemory()
    Swift.print("# dry run: everything above was checked, nothing was trained or written")
  }
}
