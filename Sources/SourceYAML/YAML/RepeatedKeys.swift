import Secrets

/// The duplicate keys of a mapping. Two or more mean that the lines of another mapping follow: the line above them is missing,
/// or is indented like a key of this one.
struct RepeatedKeys {
  /// The start of the mapping.
  let start: SourcePosition
  let isFlow: Bool
  /// The first duplicate's index in the diagnostics, and the number of the mapping's entries at it.
  fileprivate var first: (diagnostic: Int, entries: Int)?
  /// Whether the rest of the mapping was reported as a whole.
  fileprivate(set) var hasEnded = false

  init(start: SourcePosition, isFlow: Bool) {
    self.start = start
    self.isFlow = isFlow
  }
}

extension YAMLComposer {
  /// Reports a duplicate key of the mapping whose entries start at `base`.
  /// - Parameter first: The index of the entry with the same key.
  mutating func report(
    _ repeats: inout RepeatedKeys, _ name: String, at range: SourceRange, _ value: YAMLNode, first: Int, base: Int
  ) throws(Diagnostic) {
    if !repeats.isFlow, !entries[base].value.isMissing, let owner = owner(of: repeats),
      let heading = entries[first...].dropFirst().lastIndex(where: { $0.value.isMissing })
    {
      let (entry, above) = (entries[heading], SecretGuess.shown(owner))
      try report(
        "yaml-duplicate-key",
        "'\(SecretGuess.shown(entry.key))' is indented too far: the keys below it repeat those of '\(above)'",
        help: "put it in the column of '\(above)'", at: entry.keyRange,
        related: [Diagnostic.Related(message: "repeated here", file: file.name, range: range)])
      entries.removeSubrange(heading...)
      repeats.hasEnded = true
      return
    }
    if let earlier = repeats.first {
      let known = diagnostics[earlier.diagnostic]
      diagnostics[earlier.diagnostic] = Diagnostic(
        id: known.id, message: known.message + ", and others below it",
        help: "remove or rename them; or add the line above them that is missing, with the name they belong to",
        file: known.file, range: known.range,
        related: known.related + [Diagnostic.Related(message: "the next one", file: file.name, range: range)])
      entries.removeSubrange(earlier.entries...)
      repeats.hasEnded = true
      return
    }
    if !repeats.isFlow { repeats.first = (diagnostics.count, entries.count) }
    try reportDuplicate(name, at: range, first: entries[first].keyRange)
    // A heading that was written twice: the lines that belong to it are below the second one.
    guard entries[first].value.scalarText?.isEmpty ?? false else { return }
    entries[first].value = value
    entries[first].value.isFaulty = value.isFaulty || value.isMissing
  }

  /// Returns the key above a block mapping, which its lines belong to; nil for the items of a list and the top level.
  private func owner(of repeats: RepeatedKeys) -> String? {
    let column = repeats.start.column - 1
    guard file.bytes[file.line(repeats.start.line)].prefix(column).allSatisfy({ $0 == 0x20 }) else { return nil }
    for number in stride(from: repeats.start.line - 1, to: 0, by: -1) {
      let line = file.bytes[file.line(number)].prefix(4096)
      let text = line.drop { $0 == 0x20 }
      guard let first = text.first, !"#\r\n".utf8.contains(first) else { continue }
      guard text.startIndex - line.startIndex < column, first != UInt8(ascii: "-"),
        let colon = text.firstIndex(of: UInt8(ascii: ":"))
      else { return nil }
      return String(decoding: text[..<colon], as: UTF8.self)
    }
    return nil
  }
}
