import ArgumentParser
import Rewards

/// `apus rewards`: which verifiers there are, what they do, and how right they are.
struct RewardsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rewards", abstract: "Lists, describes and tests verifiers.",
    subcommands: [List.self, Describe.self, RewardsTestCommand.self])

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Lists the verifiers, one a line.")

    func run() throws {
      let width = Verifiers.names.map(\.count).max() ?? 0
      for verifier in Verifiers.descriptions { print(pad(verifier.name, width + 2) + verifier.summary) }
    }
  }

  struct Describe: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract:
        "Says what a verifier compares: ground truth, answer, rules, parameters, examples of yes and no.",
      discussion: """
          apus rewards describe math
          apus rewards describe --markdown > docs/verifiers.md
        """)

    @Argument(help: "Its name; without one, all of them.")
    var name: String?

    @Flag(help: "As a page of docs/.")
    var markdown = false

    func run() throws {
      guard let name else {
        if markdown {
          print(VerifierPage.page(of: Verifiers.descriptions), terminator: "")
        } else {
          print(Verifiers.descriptions.map(VerifierPage.text).joined(separator: "\n"), terminator: "")
        }
        return
      }
      guard let verifier = Verifiers.descriptions.first(where: { $0.name == name }) else {
        throw CommandError("\(VerifierSpecError.unknownName(name))")
      }
      print(markdown ? VerifierPage.section(of: verifier) : VerifierPage.text(of: verifier), terminator: "")
    }
  }
}
