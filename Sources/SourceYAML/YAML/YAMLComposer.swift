import Platform
import Secrets

/// A composer that turns parser events into a tree: it resolves aliases and merge keys, types the scalars, and collects
/// diagnostics.
struct YAMLComposer: ~Copyable {
  /// A node with its size after resolving aliases.
  private struct Composed {
    let node: YAMLNode
    /// The number of nodes, with aliases resolved.
    let size: Int
    /// The number of levels of sequences and mappings, with aliases resolved.
    let height: Int
  }

  let file: SourceFile
  let bytes: UnsafeBufferPointer<UInt8>
  var diagnostics: [Diagnostic] = []
  private var parser: YAMLParser
  /// The anchors of finished nodes. A reused name refers to the later node.
  private var anchors: [String: Composed] = [:]
  /// The anchors of the nodes that enclose the current one.
  private var openAnchors: Set<String> = []
  /// The last two places of each anchor defined again and not repeated by an alias since.
  private var repeatedAnchors: [String: (first: SourceRange, second: SourceRange)] = [:]
  private let maximumNodes: Int
  private var nodes = 0
  private var expandedNodes = 0

  init(file: SourceFile, bytes: UnsafeBufferPointer<UInt8>, maximumNodes: Int) {
    self.file = file
    self.maximumNodes = maximumNodes
    self.bytes = bytes
    parser = YAMLParser(file: file, bytes: bytes)
  }

  /// Returns the root of the stream's only document; null if there is none.
  mutating func composeDocument() throws(Diagnostic) -> YAMLNode {
    _ = try parser.next()
    let first = try parser.next()
    guard case .documentStart = first.kind else {
      var empty = YAMLNode(content: .null, range: SourceRange(start: first.start, end: first.start))
      empty.word = .nothing
      return empty
    }
    let root = try compose(try parser.next(), depth: 0).node
    _ = try parser.next()
    let second = try parser.next()
    if case .documentStart = second.kind {
      try report(
        .multipleDocuments, "the file contains more than one document",
        help: "remove the '---' line, or put the second document into its own file",
        at: second.range)
    }
    return root
  }

  /// Composes the node that starts with the event.
  /// - Parameter depth: The depth of the containing node; 0 for the root.
  private mutating func compose(_ event: YAMLEvent, depth: Int) throws(Diagnostic) -> Composed {
    if case .alias(let name) = event.kind { return try resolve(name, of: event, depth: depth) }
    try count(event)
    if let anchor = event.anchor { openAnchors.insert(anchor) }
    let composed: Composed
    switch event.kind {
    case .scalar(let text, let style):
      composed = Composed(node: try scalar(text, style, of: event), size: 1, height: 0)
    case .sequenceStart(let isFlow):
      composed = try composeSequence(event, isFlow: isFlow, depth: try deeper(depth, at: event))
    case .mappingStart(let isFlow):
      composed = try composeMapping(event, isFlow: isFlow, depth: try deeper(depth, at: event))
    case .alias, .documentStart, .collectionEnd, .other:
      preconditionFailure("libyaml starts every node with an alias, a scalar, a sequence or a mapping")
    }
    if let anchor = event.anchor {
      openAnchors.remove(anchor)
      // The same text again redirects nothing.
      if let first = anchors.updateValue(composed, forKey: anchor),
        !content(of: first.node.range).elementsEqual(content(of: composed.node.range))
      {
        repeatedAnchors[anchor] = (first.node.range, composed.node.range)
      }
    }
    return composed
  }

  /// Counts a node.
  /// - Throws: A `Diagnostic` if there are too many.
  private mutating func count(_ event: YAMLEvent) throws(Diagnostic) {
    nodes += 1
    guard nodes <= maximumNodes else {
      throw file.diagnostic(.tooLarge, "the file contains more than \(maximumNodes) values", at: event.range)
    }
  }

  private func deeper(_ depth: Int, at event: YAMLEvent) throws(Diagnostic) -> Int {
    guard depth < YAMLDocument.maximumDepth else { throw tooDeep(at: event.range) }
    return depth + 1
  }

  private func tooDeep(at range: SourceRange) -> Diagnostic {
    file.diagnostic(.tooDeep, "nested deeper than \(YAMLDocument.maximumDepth) levels", at: range)
  }

  private mutating func resolve(_ name: String, of event: YAMLEvent, depth: Int) throws(Diagnostic) -> Composed {
    let range = event.range
    guard !openAnchors.contains(name), let target = anchors[name] else {
      try reportUnknownAnchor(name, at: range)
      var missing = YAMLNode(content: .null, range: range)
      missing.isFaulty = true
      return Composed(node: missing, size: 1, height: 0)
    }
    if let (first, second) = repeatedAnchors.removeValue(forKey: name) {
      try report(
        .duplicateAnchor,
        "the anchor '&\(SecretGuess.shown(name))' is defined twice, and this alias repeats the later one",
        severity: .warning, help: "rename one of the two anchors", at: range,
        related: [("first defined here", first), ("the later one", second)])
    }
    guard depth + target.height <= YAMLDocument.maximumDepth else { throw tooDeep(at: range) }
    expandedNodes += target.size
    guard expandedNodes <= YAMLDocument.maximumExpandedNodes else {
      throw file.diagnostic(
        .expansion, "the aliases expand to more than \(YAMLDocument.maximumExpandedNodes) values", at: range)
    }
    return Composed(node: target.node.placed(at: range), size: target.size, height: target.height)
  }

  private mutating func reportUnknownAnchor(_ name: String, at range: SourceRange) throws(Diagnostic) {
    if openAnchors.contains(name) {
      let alias = isInSecret(range) ? "" : " '*\(SecretGuess.shown(name))'"
      let message = "the alias\(alias) is inside the value that it repeats"
      return try report(.unknownAnchor, message, help: "write the inner value out", at: range)
    }
    // With thousands of anchors and faults, searching for the nearest name would take minutes.
    let nearest = anchors.count <= 200 ? Suggestion.help(for: name, among: anchors.keys.sorted()) : nil
    if isInSecret(range) {
      return try report(
        .unknownAnchor, "unknown anchor", help: nearest ?? "a secret is named as {env: NAME} or {file: PATH}", at: range
      )
    }
    try report(
      .unknownAnchor, "unknown anchor '\(SecretGuess.shown(name))'",
      help: nearest ?? "write '&\(SecretGuess.shown(name))' before the value to repeat, earlier in the file", at: range)
  }

  private mutating func composeSequence(
    _ event: YAMLEvent, isFlow: Bool, depth: Int
  ) throws(Diagnostic) -> Composed {
    try checkTag(of: event, is: .sequence)
    let start = contentStart(of: event)
    var elements: [YAMLNode] = []
    var end = start
    var (size, height) = (1, 0)
    while true {
      let step = try parser.next()
      if case .collectionEnd = step.kind {
        let range = SourceRange(start: start, end: collectionEnd(step, isFlow: isFlow, lastEnd: end))
        return Composed(
          node: YAMLNode(content: .sequence(elements), range: range), size: size, height: height + 1)
      }
      let element = try compose(step, depth: depth)
      elements.append(element.node)
      end = element.node.range.end
      size += element.size
      height = max(height, element.height)
    }
  }

  /// Returns the end of a collection. libyaml reports the end of a block at the next token, far after its last line.
  private func collectionEnd(_ event: YAMLEvent, isFlow: Bool, lastEnd: SourcePosition) -> SourcePosition {
    isFlow && event.start < event.end ? event.end : lastEnd
  }

  /// Adds a diagnostic. Warnings are dropped in time, so that they make no file invalid.
  /// - Throws: A `Diagnostic` if there are too many.
  mutating func report(
    _ fault: YAMLFault, _ message: String, severity: Diagnostic.Severity = .error, help: String? = nil,
    at range: SourceRange, related: [(message: String, range: SourceRange)] = []
  ) throws(Diagnostic) {
    if severity == .warning, diagnostics.count >= YAMLDocument.maximumDiagnostics / 2 { return }
    diagnostics.append(
      file.diagnostic(severity: severity, fault, message, help: help, at: range, related: related))
    if diagnostics.count == YAMLDocument.maximumDiagnostics {
      throw file.diagnostic(.tooManyErrors, "too many errors; the rest of the file was not read", at: range)
    }
  }

  /// The kind of a key.
  private enum Key {
    case name(String, SourceRange)
    /// A number or boolean, which is not a valid key. Reported once its value is known.
    case number(String, SourceRange, kindName: String)
    case merge(SourceRange)
    /// Already reported. Its value is parsed, checked and dropped.
    case faulty
    /// `{{ name }}` without quotes, which YAML parses as a mapping with a mapping as its key.
    case template
  }

  /// Composes the mapping that starts with the event.
  /// - Parameter depth: The depth of the mapping itself.
  private mutating func composeMapping(_ event: YAMLEvent, isFlow: Bool, depth: Int) throws(Diagnostic) -> Composed {
    try checkTag(of: event, is: .mapping)
    var mapping = OpenMapping(start: contentStart(of: event), isFlow: isFlow)
    var end = mapping.start
    var (size, height) = (1, 0)
    while true {
      let step = try parser.next()
      if case .collectionEnd = step.kind {
        let range = SourceRange(start: mapping.start, end: collectionEnd(step, isFlow: isFlow, lastEnd: end))
        if mapping.isTemplate { try reportTemplate(at: range) }
        return Composed(node: mapping.node(at: range), size: size, height: height + 1)
      }
      let key = try composeKey(step, depth: depth, mappingStart: isFlow ? mapping.start : nil)
      let value = try compose(try parser.next(), depth: depth)
      end = value.node.range.end
      if try isPartOfNumber(step, value.node, in: &mapping) { continue }
      size += 1 + value.size
      height = max(height, value.height)
      try add(key, value.node, to: &mapping)
    }
  }

  /// Adds an entry to the mapping, or reports why it is none.
  private mutating func add(_ key: Key, _ value: YAMLNode, to mapping: inout OpenMapping) throws(Diagnostic) {
    if case .number(let text, let range, let kindName) = key {
      let isSecret = isInSecret(range)
      try report(
        .nonStringKey,
        isSecret
          ? "a key must be a string, not \(kindName)"
          : "a key must be a string, but '\(SecretGuess.shown(text))' is \(kindName)",
        help: !isSecret && text.utf8.count <= 40 ? "put quotes around it: \"\(text)\"" : "put quotes around it",
        at: range)
    }
    if mapping.hasEnded { return }
    switch key {
    case .name(let name, let range), .number(let name, let range, _):
      if let first = mapping.names.insert(name, into: mapping.entries) {
        try reportRepeated(name, at: range, value, first: first, in: &mapping)
      } else {
        mapping.entries.append(YAMLNode.Entry(key: name, keyRange: range, value: value))
      }
    case .merge(let range):
      if let merge = mapping.merge {
        try reportSecondMerge(value, at: range, merge)
        mapping.isIncomplete = true
      } else {
        let known = diagnostics.count
        mapping.merge = Merge(
          position: mapping.entries.count, keyRange: range, valueRange: value.range, sources: try mergeSources(value))
        mapping.isIncomplete = Self.hasFault(value) || diagnostics.count > known
      }
    case .faulty: break
    case .template: mapping.isTemplate = true
    }
  }

  private mutating func composeKey(
    _ event: YAMLEvent, depth: Int, mappingStart: SourcePosition?
  ) throws(Diagnostic) -> Key {
    if case .scalar("<<", .plain) = event.kind, event.tag.map({ YAMLTag(fullName: $0) == .merge }) ?? true {
      return .merge(event.range)
    }
    // The fast path for nearly every key, which needs no node.
    if case .scalar(let name, .plain) = event.kind, event.anchor == nil, event.tag == nil,
      case .string = YAMLScalar.content(ofPlain: name)
    {
      try count(event)
      return .name(name, event.range)
    }
    let key = try compose(event, depth: depth).node
    switch key.content {
    case .string(let name), .numberLike(let name): return .name(name, key.range)
    case .number, .boolean:
      return .number(key.scalarText ?? "", key.range, kindName: key.kindName)
    case .mapping where mappingStart?.byte == key.range.start.byte - 1: return .template
    case .null, .sequence, .mapping:
      if !key.isFaulty {
        try report(
          .nonStringKey, "a key must be a string, not \(key.kindName)",
          help: key.scalarText.flatMap { $0.isEmpty ? nil : "put quotes around it: \"\($0)\"" }, at: key.range)
      }
      return .faulty
    }
  }

  /// Whether a key without a value is the end of the number before it, which its commas cut. The number is reported, and its
  /// key has no usable value.
  private mutating func isPartOfNumber(
    _ key: YAMLEvent, _ value: YAMLNode, in mapping: inout OpenMapping
  ) throws(Diagnostic) -> Bool {
    // The further groups of a number that was reported.
    if key.start.byte < mapping.cutEnd { return true }
    guard mapping.isFlow, key.start.byte < bytes.count, bytes[key.start.byte].isASCIIDigit,
      case .null = value.content, value.range.start == value.range.end,
      let last = mapping.entries.last, !SecretGuess.isSecretKey(last.key),
      !isInSecret(file.range(ofBytes: key.start.byte..<key.start.byte)),
      let cut = CutNumber(in: bytes, from: last.value.range.start.byte), cut.range.contains(key.start.byte)
    else { return false }
    mapping.cutEnd = cut.range.upperBound
    mapping.entries[mapping.entries.count - 1].value.isFaulty = true
    let name = SecretGuess.shown(last.key)
    try report(.numberSpelling, cut.message(of: name), help: cut.help(of: name), at: file.range(ofBytes: cut.range))
    return true
  }

  private mutating func reportTemplate(at range: SourceRange) throws(Diagnostic) {
    let text = content(of: range)
    let isShort =
      text.count <= 80 && !isInSecret(range) && !text.contains { $0 == 0x0A || $0 == 0x0D || $0 == UInt8(ascii: "\"") }
    try report(
      .nonStringKey, "a placeholder needs quotes around it, or YAML reads its braces as a mapping",
      help: isShort ? "write \"\(String(decoding: text, as: UTF8.self))\"" : nil, at: range)
  }

  mutating func reportDuplicate(
    _ name: String, help: String = "remove or rename one of the two", at range: SourceRange, first: SourceRange
  ) throws(Diagnostic) {
    let isSecret = isInSecret(range) && !SecretGuess.isReferenceKey(name)
    try report(
      .duplicateKey, "duplicate key" + (isSecret ? "" : " '\(SecretGuess.shown(name))'"), help: help, at: range,
      related: [("first defined here", first)])
  }

  /// Whether a message must not quote what is there.
  func isInSecret(_ range: SourceRange) -> Bool { SecretGuess.isInSecret(range.start.byte, of: file.bytes) }

  private func content(of range: SourceRange) -> Slice<UnsafeBufferPointer<UInt8>> {
    bytes[range.start.byte..<range.end.byte]
  }

  /// Returns the beginning of the text, to show.
  func text(of range: SourceRange) -> String { String(decoding: content(of: range).prefix(80), as: UTF8.self) }
}

/// A mapping whose end was not reached yet.
struct OpenMapping {
  let start: SourcePosition
  let isFlow: Bool
  var entries: [YAMLNode.Entry] = []
  fileprivate var names = MappingKeys()
  fileprivate var merge: YAMLComposer.Merge?
  var firstRepeat: RepeatedKey?
  /// Whether its rest was reported as a whole.
  fileprivate var hasEnded = false
  /// The end of the last number that its commas cut.
  fileprivate var cutEnd = 0
  /// Whether it is a placeholder without quotes.
  fileprivate var isTemplate = false
  /// Whether a merge key failed.
  fileprivate var isIncomplete = false

  /// Drops the entries from that index on and ignores the further ones: they were reported as a whole.
  mutating func end(at index: Int) {
    entries.removeSubrange(index...)
    hasEnded = true
  }

  /// Returns the finished mapping.
  fileprivate func node(at range: SourceRange) -> YAMLNode {
    var node = YAMLNode(content: .mapping(merge?.merged(into: entries) ?? entries), range: range)
    (node.isFaulty, node.isIncomplete) = (isTemplate, isIncomplete || hasEnded)
    return node
  }
}

/// The keys of one mapping so far. A few are searched linearly, many are kept in a table, so that a large mapping takes linear
/// time.
private struct MappingKeys {
  private static let tableThreshold = 12
  private var table: [ByteText: Int] = [:]

  /// Searches the entries of the mapping for a key.
  /// - Returns: The index of the entry with that key; nil if there is none, and the caller must append it next.
  mutating func insert(_ key: String, into entries: [YAMLNode.Entry]) -> Int? {
    if entries.count < MappingKeys.tableThreshold { return entries.firstIndex { $0.key.hasSameBytes(as: key) } }
    if table.isEmpty {
      for (index, entry) in entries.enumerated() { table[ByteText(entry.key)] = index }
    }
    if let first = table[ByteText(key)] { return first }
    table[ByteText(key)] = entries.count
    return nil
  }
}
