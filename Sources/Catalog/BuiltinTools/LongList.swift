import JSON

/// A list in a result, which clients may cut if it is long.
struct LongList {
  /// More items are left out.
  private static let mostShown = 250
  /// Some clients cut a result of 10 KiB.
  private static let longSize = 8 << 10

  let shown: [JSONValue]
  /// Says that the list is long or incomplete; nil if it is neither.
  let note: String?

  /// - Parameters:
  ///   - noun: What the items are, for the note.
  ///   - narrowing: How the caller gets a shorter list, as a sentence.
  ///   - others: What the result holds besides, which makes it longer.
  init<Item>(
    _ items: [Item], _ noun: String, narrowing: String, besides others: [JSONValue] = [], json: (Item) -> JSONValue
  ) {
    shown = items.prefix(Self.mostShown).map(json)
    let size = (shown + others).reduce(0) { $0 + JSONWriter.write($1).count }
    note =
      if shown.count < items.count {
        "Only the first \(shown.count) of \(items.count) \(noun). \(narrowing)"
      } else if size > Self.longSize {
        "This list is long (\(size >> 10) KiB), so the client may cut it. \(narrowing)"
      } else {
        nil
      }
  }
}
