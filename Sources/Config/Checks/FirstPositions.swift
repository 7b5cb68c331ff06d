import Rules

extension Array {
  /// For each element the position of the first one that is no different by that order: its own, where no such one stands
  /// before it.
  ///
  /// By sorting, which keeps equal elements in their order: to make a hash table takes longer than to sort a few names.
  func firstPositions(by areInOrder: (Element, Element) -> Bool) -> [Int] {
    var first = Array<Int>(indices)
    let order = first.sorted { areInOrder(self[$0], self[$1]) }
    for (one, next) in zip(order, order.dropFirst()) where !areInOrder(self[one], self[next]) {
      first[next] = first[one]
    }
    return first
  }
}
