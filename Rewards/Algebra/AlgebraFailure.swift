/// Why an expression was not read or not evaluated. Neither is an accident: both become verdicts.
package enum AlgebraFailure: Error, Hashable {
  /// A stated size limit was reached; the words say which one.
  case limit(String)
  /// The text is no scalar expression; the words say where reading stopped.
  case unreadable(String)
}
