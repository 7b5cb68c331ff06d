import Secrets

extension YAMLComposer {
  /// A merge key of the current mapping with what it brings in.
  private struct Merge {
    /// How many of the mapping's own entries stand before it.
    let position: Int
    let keyRange: SourceRange
    var sources: [[YAMLNode.Entry]]
  }

  /// What a key turned out to be.
  private enum Key {
    case name(String, SourceRange)
    /// A number, which is no key: reported once it is known what stands behind it.
    case number(String, SourceRange, kindName: String)
    case merge(SourceRange)
    /// Reported already; its value is read, checked and left out.
    case faulty
    /// `{{ name }}` without quotes, which YAML takes for a mapping with a mapping as its key.
    case template
  }

  /// The mapping that starts with the event.
  /// - Parameter depth: of the mapping itself.
  mutating func composeMapping(_ event: YAMLEvent, isFlow: Bool, depth: Int) throws(YAMLRefusal) -> Composed {
    try checkTag(of: event, is: .mapping)
    let start = contentStart(of: event)
    let base = entries.count
    var names = MappingKeys()
    var merges: [Merge] = []
    var isTemplate = false
    var end = start
    var (size, height) = (1, 0)
    while true {
      let step = try next()
      if case .collectionEnd = step.kind {
        let range = SourceRange(start: start, end: collectionEnd(step, isFlow: isFlow, lastEnd: end))
        let own = Array(entries[base...])
        entries.removeLast(own.count)
        if isTemplate { try reportTemplate(at: range) }
        let all = merges.isEmpty ? own : YAMLComposer.merged(own, merges)
        let node = YAMLNode(content: .mapping(all), range: range, isFaulty: isTemplate)
        return Composed(node: node, size: size, height: height + 1)
      }
      let key = try composeKey(step, depth: depth, mappingStart: isFlow ? start : nil)
      let value = try compose(try next(), depth: depth)
      end = value.node.range.end
      if case .number(let text, let range, let kindName) = key {
        let entry = YAMLNode.Entry(key: text, keyRange: range, value: value.node)
        if isFlow, entries.count > base, let last = entries.last, let meant = entry.cutNumber(after: last) {
          try report(
            "number-spelling", entry.cutProblem(after: last), help: entry.cutHelp(meant, after: last),
            at: entry.cutRange(after: last))
          entries[entries.count - 1] = YAMLNode.Entry(
            key: last.key, keyRange: last.keyRange,
            value: YAMLNode(content: last.value.content, range: last.value.range, isFaulty: true))
          continue
        }
        try reportNumberKey(text, kindName, at: range)
      }
      size += 1 + value.size
      height = max(height, value.height)
      switch key {
      case .name(let name, let range), .number(let name, let range, _):
        if let first = names.insert(name, into: entries, from: base) {
          try reportDuplicate(name, at: range, first: entries[first].keyRange)
        } else {
          entries.append(YAMLNode.Entry(key: name, keyRange: range, value: value.node))
        }
      case .merge(let range):
        if let first = merges.first {
          try reportDuplicate("<<", at: range, first: first.keyRange)
        } else {
          let sources = try mergeSources(value.node)
          merges.append(Merge(position: entries.count - base, keyRange: range, sources: sources))
        }
      case .faulty: break
      case .template: isTemplate = true
      }
    }
  }

  private mutating func composeKey(
    _ event: YAMLEvent, depth: Int, mappingStart: SourcePosition?
  ) throws(YAMLRefusal) -> Key {
    if case .scalar("<<", .plain) = event.kind, event.tag == nil {
      return .merge(SourceRange(start: event.start, end: event.end))
    }
    // What nearly every key is needs no node.
    if case .scalar(let name, .plain) = event.kind, event.properties == nil,
      case .string = YAMLScalar.content(ofPlain: name)
    {
      try count(event)
      return .name(name, SourceRange(start: event.start, end: event.end))
    }
    let key = try compose(event, depth: depth).node
    switch key.content {
    case .string(let name), .numberLike(let name): return .name(name, key.range)
    case .number, .boolean:
      return .number(key.scalarText ?? "", key.range, kindName: key.kindName)
    case .mapping where mappingStart?.byte == key.range.start.byte - 1: return .template
    case .null, .sequence, .mapping:
      if !key.isFaulty {
        try report("yaml-non-string-key", "a key must be a string, not \(key.kindName)", at: key.range)
      }
      return .faulty
    }
  }

  private mutating func reportNumberKey(
    _ text: String, _ kindName: String, at range: SourceRange
  ) throws(YAMLRefusal) {
    try report(
      "yaml-non-string-key", "a key must be a string, and '\(SecretGuess.shown(text))' is \(kindName)",
      help: text.utf8.count <= 40 ? "put quotes around it: \"\(text)\"" : "put quotes around it", at: range)
  }

  private mutating func reportTemplate(at range: SourceRange) throws(YAMLRefusal) {
    let text = bytes[range.start.byte..<range.end.byte]
    let isShort = text.count <= 80 && !text.contains { $0 == 0x0A || $0 == 0x0D || $0 == UInt8(ascii: "\"") }
    try report(
      "yaml-non-string-key", "a placeholder needs quotes around it, or YAML takes its braces for a mapping",
      help: isShort ? "write \"\(String(decoding: text, as: UTF8.self))\"" : nil, at: range)
  }

  private mutating func reportDuplicate(
    _ name: String, at range: SourceRange, first: SourceRange
  ) throws(YAMLRefusal) {
    try report(
      "yaml-duplicate-key", "duplicate key '\(SecretGuess.shown(name))'", help: "remove or rename one of the two",
      at: range,
      related: [Diagnostic.Related(message: "first defined here", file: file.name, range: first)])
  }

  /// The mappings that a merge key brings in, the strongest first (YAML merge key type, yaml.org/type/merge.html).
  private mutating func mergeSources(_ value: YAMLNode) throws(YAMLRefusal) -> [[YAMLNode.Entry]] {
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

  private mutating func reportBadMerge(_ node: YAMLNode) throws(YAMLRefusal) {
    try report(
      "yaml-bad-merge", "'<<' merges mappings, and this is \(node.kindName)",
      help: "write an alias of a mapping, or a list of such aliases; quote \"<<\" to use it as a plain key",
      at: node.range)
  }

  /// The mapping's own entries, and what the merge keys add at their places; own keys win, then the earlier source.
  private static func merged(_ own: [YAMLNode.Entry], _ merges: [Merge]) -> [YAMLNode.Entry] {
    var seen = Set(own.map { KeyBytes($0.key) })
    var all: [YAMLNode.Entry] = []
    var next = 0
    for merge in merges {
      all += own[next..<merge.position]
      next = merge.position
      for source in merge.sources {
        all += source.filter { seen.insert(KeyBytes($0.key)).inserted }
      }
    }
    return all + own[next...]
  }
}

extension YAMLNode {
  /// What kind of value this is, in a user's words: `a number`.
  package var kindName: String {
    switch content {
    case .null: "an empty value"
    case .boolean: "a boolean"
    case .number, .numberLike: "a number"
    case .string: "a string"
    case .sequence: "a list"
    case .mapping: "a mapping"
    }
  }
}
