internal import Objectives

/// Which numbers a preset brings.
enum PresetVariant: String, CaseIterable {
  /// What we recommend at the scale of this toolkit.
  case `default`
  /// What the paper used, model and data apart.
  case paper
}

/// The values that a method brings along: a layer under the recipe, so that whatever the recipe says wins.
///
/// Each line ends in a comment that says whose number it is: `paper` with the place where that is known, `code` for
/// what only the authors' or a widely used code says, `our choice`. `apus recipe show` prints it behind the value.
enum Presets {
  static func layer(
    _ name: AlgorithmConfiguration.Preset, _ variant: PresetVariant
  ) throws(RecipeError) -> RecipeNode {
    let label = variant == .default ? name.rawValue : "\(name.rawValue) (paper)"
    let tree = try YAMLReading.tree(of: text(name, variant)) { _, line in
      .preset(label, basis: basis(of: line))
    }
    guard let tree else { preconditionFailure("preset \(label) is empty") }
    return tree
  }

  /// The comment at the end of a line.
  private static func basis(of line: String) -> String? {
    line.firstIndex(of: "#").map { String(line[line.index(after: $0)...].drop { $0 == " " }) }
  }

  private static func text(_ name: AlgorithmConfiguration.Preset, _ variant: PresetVariant) -> String {
    let (usual, paper) =
      switch name {
      case .grpo: (grpo, grpoPaper)
      case .dapo: (dapo, dapoPaper)
      case .drGRPO: (drGRPO, drGRPOPaper)
      case .gspo: (gspo, gspoPaper)
      case .cispo: (cispo, cispoPaper)
      case .rloo: (rloo, rlooPaper)
      case .reinforcePlusPlus: (reinforcePlusPlus, reinforcePlusPlusPaper)
      case .reinforcePlusPlusBaseline: (reinforcePlusPlusBaseline, reinforcePlusPlusBaselinePaper)
      case .ulorl: (ulorl, ulorlPaper)
      case .dler: (dler, dlerPaper)
      case .daDLER: (daDLER, daDLERPaper)
      case .lcpoExact: (lcpoExact, lcpoExactPaper)
      case .lcpoMax: (lcpoMax, lcpoMaxPaper)
      case .entropic: (entropic, entropicPaper)
      case .h1: (h1, h1Paper)
      case .h1ReleasedReward: (h1ReleasedReward, h1ReleasedRewardPaper)
      case .fastcurl: (fastcurl, fastcurlPaper)
      }
    return variant == .default ? usual : paper
  }
}
