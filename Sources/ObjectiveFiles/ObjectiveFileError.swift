/// Why a file of objectives cannot be computed.
public struct ObjectiveFileError: Error, Sendable, Hashable, CustomStringConvertible {
  public let description: String

  init(_ description: String) {
    self.description = description
  }
}
