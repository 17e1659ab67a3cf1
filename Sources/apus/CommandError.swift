import Foundation

/// What the user is told when a command cannot do its work.
struct CommandError: LocalizedError, CustomStringConvertible {
  let description: String

  init(_ description: String) {
    self.description = description
  }

  var errorDescription: String? { description }
}
