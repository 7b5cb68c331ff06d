import Secrets

/// The duplicate keys of a mapping below a key. Two or more can mean that the lines of another mapping follow: the line above
/// them is missing, or is indented like a key of this one. At the top level they are duplicates.
struct RepeatedKeys {
  /// The first duplicate.
  struct First {
    /// Its index in the diagnostics.
    let diagnostic: Int
    /// The number of the mapping's entries at it.
    let entryCount: Int
    /// Whether it repeats the mapping's first key.
    let startsAgain: Bool
    /// The index of the last key above it without a value, after the key that it repeats.
    let heading: Int?
  }

  /// The start of the mapping.
  let start: SourcePosition
  let isFlow: Bool
  var first: First?
  /// Whether the rest of the mapping was reported as a whole.
  var hasEnded = false
}

extension YAMLComposer {
  /// Reports a duplicate key of the mapping whose entries start at `base`.
  /// - Parameter first: The index of the entry with the same key.
  mutating func report(
    _ repeats: inout RepeatedKeys, _ name: String, at range: SourceRange, _ value: YAMLNode, first: Int, base: Int
  ) throws(Diagnostic) {
    let heading = entries[base].value.isMissing ? nil : entries[first...].dropFirst().lastIndex { $0.value.isMissing }
    let here = RepeatedKeys.First(
      diagnostic: diagnostics.count, entryCount: entries.count, startsAgain: first == base, heading: heading)
    let earlier = repeats.first ?? here
    // One duplicate is enough right below a heading, if it is the first key of the mapping again.
    let isCertain = repeats.first != nil || here.startsAgain && heading == entries.count - 1
    if !repeats.isFlow, isCertain, let owner = owner(of: repeats).map({ SecretGuess.shown($0) }) {
      if let heading = earlier.heading {
        let entry = entries[heading]
        if repeats.first != nil { diagnostics.remove(at: earlier.diagnostic) }
        try report(
          .duplicateKey,
          "'\(SecretGuess.shown(entry.key))' is indented too far: the keys below it repeat those of '\(owner)'",
          help: "put it in the column of '\(owner)'", at: entry.keyRange,
          related: [("repeated here", range)])
        entries.removeSubrange(heading...)
        repeats.hasEnded = true
        return
      }
      if repeats.first != nil, earlier.startsAgain {
        let known = diagnostics[earlier.diagnostic]
        diagnostics[earlier.diagnostic] = file.diagnostic(
          known.id, known.message + ", and others below it",
          help: "remove or rename them; or add the line above them that is missing, with the name they belong to",
          at: known.range,
          related: known.related.map { (message: $0.message, range: $0.range) } + [("the next one", range)])
        entries.removeSubrange(earlier.entryCount...)
        repeats.hasEnded = true
        return
      }
    }
    if !repeats.isFlow, repeats.first == nil { repeats.first = here }
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
      let (indentation, text) = file.text(ofLine: number)
      guard let first = text.first, first != UInt8(ascii: "#") else { continue }
      guard indentation < column, first != UInt8(ascii: "-"),
        let colon = text.firstIndex(of: UInt8(ascii: ":"))
      else { return nil }
      return String(decoding: text[..<colon], as: UTF8.self)
    }
    return nil
  }
}
