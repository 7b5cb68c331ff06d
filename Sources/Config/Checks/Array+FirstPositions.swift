extension Array where Element: Hashable {
  /// For each element, the index of the first equal one: its own index if none precedes it.
  var firstPositions: [Int] {
    var known: [Element: Int] = [:]
    return indices.map { index in
      let first = known[self[index]] ?? index
      known[self[index]] = first
      return first
    }
  }
}
