internal import GRDB

extension ReplayStore {
  /// Moves everything into the one file and lets go of it. Nothing can be stored afterwards.
  public func close() throws(ReplayError) {
    do { try queue.close() } catch { throw ReplayError(path: path, error) }
  }
}
