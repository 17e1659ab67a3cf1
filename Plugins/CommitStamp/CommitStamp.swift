import Foundation
import PackagePlugin

/// Writes the commit that is being built into a Swift file, so that `apus --version` can name it.
@main
struct CommitStamp: BuildToolPlugin {
  func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
    let folder = context.pluginWorkDirectoryURL
    // The file is only touched when the commit changed: otherwise every build would compile the program anew.
    let script = """
      commit=$(git -C "$1" describe --always --dirty --abbrev=12 2>/dev/null || echo unknown)
      text="let builtCommit = \\"$commit\\""
      mkdir -p "$2"
      [ "$(cat "$2/Commit.swift" 2>/dev/null)" = "$text" ] || printf '%s\\n' "$text" > "$2/Commit.swift"
      """
    return [
      .prebuildCommand(
        displayName: "Stamp the commit", executable: URL(filePath: "/bin/sh"),
        arguments: ["-c", script, "stamp", context.package.directoryURL.path(), folder.path()],
        outputFilesDirectory: folder)
    ]
  }
}
