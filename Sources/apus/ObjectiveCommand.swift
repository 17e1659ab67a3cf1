import ArgumentParser
import Foundation
import ObjectiveFiles

struct ObjectiveCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "objective", abstract: "Computes objectives, rewards and update rules on given numbers.",
    subcommands: [Eval.self])

  struct Eval: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Fills in what our functions make of the inputs of a file.",
      discussion: """
        FILE is JSON: {"cases": [{"name": …, "kind": "ppo", "settings": {…}, "input": {…}}, …]}, the form of the golden
        files in Tests/ObjectiveFilesTests/Fixtures. It is printed again with `expected` of every case computed; what
        stood there before is not looked at.

          apus objective eval Tests/ObjectiveFilesTests/Fixtures/kl.json
        """)

    @Argument(help: "A file of cases; - = standard input.", completion: .file(extensions: ["json"]))
    var file: String

    func run() throws {
      let place = file == "-" ? "standard input" : file
      let contents: [UInt8]
      do {
        contents = try file == "-" ? Input.standard.readToEnd() : Input.contents(of: file)
      } catch {
        throw CommandError("\(place) cannot be read: \(error)")
      }
      do {
        let evaluated = try ObjectiveFile.evaluated(Data(contents))
        print(String(decoding: evaluated, as: UTF8.self), terminator: "")
      } catch {
        throw CommandError("\(place): \(error)")
      }
    }
  }
}
