import Platform

/// Merge keys: `<<: *defaults` (YAML merge key type, yaml.org/type/merge.html).
extension YAMLComposer {
  /// A merge key of the current mapping with the entries it adds.
  struct Merge {
    /// The number of the mapping's own entries before it.
    let position: Int
    let keyRange: SourceRange
    let valueRange: SourceRange
    let sources: [[YAMLNode.Entry]]

    /// Returns the mapping's own entries with the merged ones in place of the merge key. Own keys win, then earlier sources.
    func merged(into own: [YAMLNode.Entry]) -> [YAMLNode.Entry] {
      var own = own
      var winners = Dictionary(
        own.indices.map { (ByteText(own[$0].key), (isOwn: true, index: $0)) }, uniquingKeysWith: { first, _ in first })
      var added: [YAMLNode.Entry] = []
      for entry in sources.joined() {
        guard let winner = winners[ByteText(entry.key)] else {
          winners[ByteText(entry.key)] = (false, added.count)
          added.append(entry)
          added[added.count - 1].isMerged = true
          continue
        }
        guard case .mapping = entry.value.content else { continue }
        let place = winner.isOwn ? own[winner.index].keyRange : keyRange
        let replaced = YAMLNode.Replaced(keyRange: entry.keyRange, value: entry.value, place: place)
        if winner.isOwn {
          own[winner.index].replaced.append(replaced)
        } else {
          added[winner.index].replaced.append(replaced)
        }
      }
      // Entries before it were dropped if they were reported as a whole.
      let position = min(self.position, own.count)
      return own[..<position] + added + own[position...]
    }
  }

  /// Returns the mappings of a merge key, in order of precedence (YAML merge key type, yaml.org/type/merge.html).
  mutating func mergeSources(_ value: YAMLNode) throws(Diagnostic) -> [[YAMLNode.Entry]] {
    switch value.content {
    case .mapping(let entries): return [entries]
    case .sequence(let elements):
      var sources: [[YAMLNode.Entry]] = []
      for element in elements {
        if case .mapping(let entries) = element.content {
          sources.append(entries)
        } else if !element.isFaulty {
          try reportBadMerge(element)
        }
      }
      return sources
    case .null, .boolean, .number, .string, .numberLike:
      if !value.isFaulty { try reportBadMerge(value) }
      return []
    }
  }

  /// Whether a merge key's value or one of its list elements is missing or incomplete.
  static func hasFault(_ value: YAMLNode) -> Bool {
    guard case .sequence(let elements) = value.content else { return value.isFaulty || value.isIncomplete }
    return value.isFaulty || elements.contains { $0.isFaulty || $0.isIncomplete }
  }

  private mutating func reportBadMerge(_ node: YAMLNode) throws(Diagnostic) {
    try report(
      .badMerge, "'<<' merges mappings, but this is \(node.kindName)",
      help: "write an alias of a mapping, or a list of such aliases; quote \"<<\" to use it as a plain key",
      at: node.range)
  }

  mutating func reportSecondMerge(
    _ value: YAMLNode, at range: SourceRange, _ first: Merge
  ) throws(Diagnostic) {
    let values = [first.valueRange, value.range].map { text(of: $0) }
    // Only aliases: another value may contain a secret.
    let help =
      values.allSatisfy { $0.utf8.first == UInt8(ascii: "*") }
      ? "write <<: [\(values.joined(separator: ", "))]" : "write one '<<' with a list of both"
    try reportDuplicate("<<", help: help, at: range, first: first.keyRange)
  }
}
