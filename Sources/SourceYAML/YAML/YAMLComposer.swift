import Platform
import Secrets

/// Turns the steps of a document into a tree: resolves aliases and merge keys, types the scalars, and collects what is wrong.
struct YAMLComposer: ~Copyable {
  /// A node with what its aliases cost.
  struct Composed {
    let node: YAMLNode
    /// How many nodes it stands for, aliases resolved.
    let size: Int
    /// How many levels of sequences and mappings it has, aliases resolved.
    let height: Int
  }

  let file: SourceFile
  let bytes: UnsafeBufferPointer<UInt8>
  private(set) var diagnostics: [Diagnostic] = []
  private var parser: YAMLParser
  /// The anchors of finished nodes; a name may be used again, and then stands for the later node.
  private var anchors: [String: Composed] = [:]
  /// The anchors of the nodes around the current one.
  private var openAnchors: Set<String> = []
  private let maximumNodes: Int
  private var nodes = 0
  private var expandedNodes = 0
  /// The unfinished elements of all open sequences, innermost last: each becomes an array of exactly its size.
  private var elements: [YAMLNode] = []
  /// The same of all open mappings.
  var entries: [YAMLNode.Entry] = []

  init(file: SourceFile, bytes: UnsafeBufferPointer<UInt8>, maximumNodes: Int) {
    self.file = file
    self.maximumNodes = maximumNodes
    self.bytes = bytes
    parser = YAMLParser(file: file, bytes: bytes)
  }

  /// The root of the stream's one document; null where there is none.
  mutating func composeDocument() throws(YAMLRefusal) -> YAMLNode {
    _ = try next()
    let first = try next()
    guard case .documentStart = first.kind else {
      return YAMLNode(
        content: .null, range: SourceRange(start: first.start, end: first.start), word: .nothing, isLiteral: false,
        textOffset: 0)
    }
    let root = try compose(try next(), depth: 0).node
    _ = try next()
    let second = try next()
    if case .documentStart = second.kind {
      try report(
        "yaml-multiple-documents", "the file holds more than one document",
        help: "remove the '---' line, or put the second document into a file of its own",
        at: SourceRange(start: second.start, end: second.end))
    }
    return root
  }

  mutating func next() throws(YAMLRefusal) -> YAMLEvent { try parser.next() }

  /// The node that starts with the event.
  /// - Parameter depth: of the node that holds it; 0 for the root.
  mutating func compose(_ event: YAMLEvent, depth: Int) throws(YAMLRefusal) -> Composed {
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
    case .alias, .streamStart, .streamEnd, .documentStart, .documentEnd, .collectionEnd:
      preconditionFailure("libyaml starts every node with an alias, a scalar, a sequence or a mapping")
    }
    if let anchor = event.anchor {
      openAnchors.remove(anchor)
      anchors[anchor] = composed
    }
    return composed
  }

  /// Counts the node that starts with the event.
  mutating func count(_ event: YAMLEvent) throws(YAMLRefusal) {
    nodes += 1
    guard nodes <= maximumNodes else {
      throw YAMLRefusal(
        "yaml-too-large", "the file holds more than \(maximumNodes) values",
        at: SourceRange(start: event.start, end: event.end), in: file)
    }
  }

  private func deeper(_ depth: Int, at event: YAMLEvent) throws(YAMLRefusal) -> Int {
    guard depth < YAMLDocument.maximumDepth else { throw tooDeep(at: SourceRange(start: event.start, end: event.end)) }
    return depth + 1
  }

  private func tooDeep(at range: SourceRange) -> YAMLRefusal {
    YAMLRefusal(
      "yaml-too-deep", "nested deeper than \(YAMLDocument.maximumDepth) levels", at: range, in: file)
  }

  private mutating func resolve(_ name: String, of event: YAMLEvent, depth: Int) throws(YAMLRefusal) -> Composed {
    let range = SourceRange(start: event.start, end: event.end)
    guard !openAnchors.contains(name), let target = anchors[name] else {
      try reportUnknownAnchor(name, isRecursive: openAnchors.contains(name), at: range)
      return Composed(node: YAMLNode(content: .null, range: range, isFaulty: true), size: 1, height: 0)
    }
    guard depth + target.height <= YAMLDocument.maximumDepth else { throw tooDeep(at: range) }
    expandedNodes += target.size
    guard expandedNodes <= YAMLDocument.maximumExpandedNodes else {
      throw YAMLRefusal(
        "yaml-expansion", "the aliases stand for more than \(YAMLDocument.maximumExpandedNodes) values", at: range,
        in: file)
    }
    return Composed(node: target.node.placed(at: range), size: target.size, height: target.height)
  }

  private mutating func reportUnknownAnchor(
    _ name: String, isRecursive: Bool, at range: SourceRange
  ) throws(YAMLRefusal) {
    if isRecursive {
      let message = "the alias '*\(SecretGuess.shown(name))' stands inside the value that it repeats"
      return try report("yaml-unknown-anchor", message, help: "write the inner value out", at: range)
    }
    // With thousands of anchors and thousands of faults, looking for the nearest would take minutes.
    let nearest = anchors.count <= 200 ? Suggestion.help(for: name, among: anchors.keys.sorted()) : nil
    try report(
      "yaml-unknown-anchor", "unknown anchor '\(SecretGuess.shown(name))'",
      help: nearest ?? "write '&\(SecretGuess.shown(name))' before the value to repeat, earlier in the file", at: range)
  }

  private mutating func composeSequence(
    _ event: YAMLEvent, isFlow: Bool, depth: Int
  ) throws(YAMLRefusal) -> Composed {
    try checkTag(of: event, is: .sequence)
    let start = contentStart(of: event)
    let base = elements.count
    var end = start
    var (size, height) = (1, 0)
    while true {
      let step = try next()
      if case .collectionEnd = step.kind {
        let node = YAMLNode(
          content: .sequence(Array(elements[base...])),
          range: SourceRange(start: start, end: collectionEnd(step, isFlow: isFlow, lastEnd: end)))
        elements.removeSubrange(base...)
        return Composed(node: node, size: size, height: height + 1)
      }
      let element = try compose(step, depth: depth)
      elements.append(element.node)
      end = element.node.range.end
      size += element.size
      height = max(height, element.height)
    }
  }

  /// Where a collection ends: libyaml reports the end of a block where the next token starts, far behind its last line.
  func collectionEnd(_ event: YAMLEvent, isFlow: Bool, lastEnd: SourcePosition) -> SourcePosition {
    isFlow && event.start < event.end ? event.end : lastEnd
  }

  /// - Throws: `YAMLRefusal` where there are too many.
  mutating func report(
    _ rule: String, _ message: String, help: String? = nil, at range: SourceRange, related: [Diagnostic.Related] = []
  ) throws(YAMLRefusal) {
    diagnostics.append(
      Diagnostic(rule: rule, message: message, help: help, file: file.name, range: range, related: related))
    if diagnostics.count == YAMLDocument.maximumDiagnostics {
      throw YAMLRefusal(
        "yaml-too-many-errors", "too many errors; the rest of the file was not read", at: range, in: file)
    }
  }
}
