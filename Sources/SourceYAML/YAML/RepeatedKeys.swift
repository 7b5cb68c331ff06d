import Secrets

/// The first duplicate key of a mapping below a key. Two or more can mean that the lines of another mapping follow: the line
/// above them is missing, or is indented like a key of this one. At the top level they are duplicates.
struct RepeatedKey {
  /// The index of its diagnostic.
  let diagnostic: Int
  /// The number of the mapping's entries at it.
  let entryCount: Int
  /// Whether it repeats the mapping's first key.
  let startsAgain: Bool
  /// The index of the last key above it without a value, after the key that it repeats.
  let heading: Int?
}

extension YAMLComposer {
  /// Reports a duplicate key of the mapping.
  /// - Parameter first: The index of the entry with the same key.
  mutating func reportRepeated(
    _ name: String, at range: SourceRange, _ value: YAMLNode, first: Int, in mapping: inout OpenMapping
  ) throws(Diagnostic) {
    let known = mapping.firstRepeat
    let heading =
      mapping.entries[0].value.isMissing
      ? nil : mapping.entries[first...].dropFirst().lastIndex { $0.value.isMissing }
    let here = RepeatedKey(
      diagnostic: diagnostics.count, entryCount: mapping.entries.count, startsAgain: first == 0, heading: heading)
    let earlier = known ?? here
    // One duplicate is enough right below a heading, if it is the first key of the mapping again.
    let isCertain = known != nil || here.startsAgain && heading == mapping.entries.count - 1
    if !mapping.isFlow, isCertain, !isInSecret(range),
      let owner = owner(of: mapping.start).map({ SecretGuess.shown($0) })
    {
      if let heading = earlier.heading {
        let entry = mapping.entries[heading]
        if known != nil { diagnostics.remove(at: earlier.diagnostic) }
        try report(
          .duplicateKey,
          "'\(SecretGuess.shown(entry.key))' is indented too far: the keys below it repeat those of '\(owner)'",
          help: "put it in the column of '\(owner)'", at: entry.keyRange, related: [("repeated here", range)])
        return mapping.end(at: heading)
      }
      if known != nil, earlier.startsAgain {
        let reported = diagnostics[earlier.diagnostic]
        diagnostics[earlier.diagnostic] = file.diagnostic(
          reported.id, reported.message + ", and others below it",
          help: "remove or rename them; or add the line above them that is missing, with the name they belong to",
          at: reported.range,
          related: reported.related.map { (message: $0.message, range: $0.range) } + [("the next one", range)])
        return mapping.end(at: earlier.entryCount)
      }
    }
    if !mapping.isFlow, known == nil { mapping.firstRepeat = here }
    try reportDuplicate(name, at: range, first: mapping.entries[first].keyRange)
    // A heading that was written twice: the lines that belong to it are below the second one.
    guard mapping.entries[first].value.scalarText?.isEmpty ?? false else { return }
    mapping.entries[first].value = value
    mapping.entries[first].value.isFaulty = value.isFaulty || value.isMissing
  }

  /// Returns the key above a block mapping, which its lines belong to; nil for the items of a list and the top level.
  private func owner(of start: SourcePosition) -> String? {
    let column = start.column - 1
    guard file.bytes[file.line(start.line)].prefix(column).allSatisfy({ $0 == 0x20 }) else { return nil }
    for number in stride(from: start.line - 1, to: 0, by: -1) {
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
