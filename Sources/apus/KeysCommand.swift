import ArgumentParser
import Foundation
import Transport

struct KeysCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "keys",
    abstract: "Makes keys for workers on other machines, and says whose are let in.",
    discussion: """
      Needed where a trainer listens on an address that others can reach. Once, on the trainer's machine:

        apus keys new trainer

      For each worker, on its machine, then with its NAME.pub on the trainer's:

        apus keys new gpu-box
        apus keys authorize gpu-box.pub

      The recipe names trainer.key and authorized_keys; a worker is given its own key and trainer.pub:

        apus worker --connect tcp://HOST:PORT --key gpu-box.key --server-key trainer.pub

      Who may do what: docs/threat-model.md.
      """,
    subcommands: [New.self, Authorize.self, Revoke.self, List.self])

  /// The trainer's list.
  struct ListFile: ParsableArguments {
    @Option(help: ArgumentHelp("The list of keys that are let in.", valueName: "file"), completion: .file())
    var file = "authorized_keys"
  }

  struct New: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Makes a key: NAME.key, which stays where it is, and NAME.pub, which others may have.")

    @Argument(help: ArgumentHelp("Whose: 1 to 32 of A-Z a-z 0-9 _ -.", valueName: "name"))
    var name: String

    @Option(help: ArgumentHelp("Where to.", valueName: "dir"), completion: .directory)
    var dir = "."

    func run() throws {
      var isDirectory: ObjCBool = false
      guard unsafe FileManager.default.fileExists(atPath: dir, isDirectory: &isDirectory),
        isDirectory.boolValue
      else {
        throw CommandError("\(dir): there is no such directory — make it, or name another with `--dir`")
      }
      let keys = try CurveKeyPair(newFor: name)
      let (secret, open) = try KeyFile.write(keys, into: dir == "." ? "" : dir)
      print("\(secret)   secret, mode 0600; keep it on this machine")
      print("\(open)   public; give it to the other side")
      print(keys)
    }
  }

  struct Authorize: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Lets keys in, from now on, also into a run that goes on.")

    @Argument(
      help: ArgumentHelp("Public keys, NAME.pub.", valueName: "pub"), completion: .file(extensions: ["pub"]))
    var keys: [String]

    @OptionGroup var list: ListFile

    func run() throws {
      // All are read before any is let in.
      for entry in try keys.map({ try KeyFile.readPublic($0) }) {
        let isNew = try AuthorizedKeys.authorize(entry, in: list.file)
        print("\(entry.name) \(isNew ? "is let in" : "was let in already") by \(list.file)")
      }
    }
  }

  struct Revoke: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Keeps a key out, from its next message on, also out of a run that goes on.")

    @Argument(help: ArgumentHelp("A name of the list, or a public key.", valueName: "name"))
    var name: String

    @OptionGroup var list: ListFile

    func run() throws {
      let entry = try AuthorizedKeys.revoke(name, in: list.file)
      print("\(entry.name) is kept out by \(list.file)   (\(entry.key))")
    }
  }

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Shows whose keys are let in.")

    @OptionGroup var list: ListFile

    func run() throws {
      let entries = try AuthorizedKeys(file: list.file).entries
      if entries.isEmpty {
        say("\(list.file) lets nobody in yet — `apus keys authorize NAME.pub`")
        return
      }
      var table = TextTable(["name", "public key"])
      for entry in entries { table.add([entry.name, entry.key.text]) }
      for line in table.lines { print(line) }
    }
  }
}
