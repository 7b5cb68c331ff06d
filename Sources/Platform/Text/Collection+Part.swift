extension Collection where Element: Equatable {
  /// Whether `part` occurs as a contiguous run; always true for an empty `part`. Strings compare by canonical equivalence.
  /// The standard library's own search would link its regular expressions, a seventh of the whole executable.
  @inlinable
  package func contains(part: some Collection<Element>) -> Bool {
    var rest = self[...]
    while !rest.starts(with: part) {
      guard rest.popFirst() != nil else { return false }
    }
    return true
  }
}
