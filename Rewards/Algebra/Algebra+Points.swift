extension Algebra {
  mutating func compareAtPoints(_ a: ExpressionID, _ b: ExpressionID) throws(AlgebraFailure) -> Sameness {
    .different(.undecided)
  }
}
