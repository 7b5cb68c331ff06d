import JSON
import SourceYAML

/// Adds one alias to a configuration's text and leaves every other byte as it is.
struct RuleAppender {
  private let file: SourceFile

  init(_ file: SourceFile) { self.file = file }

  /// The text with the rule at the end of `rules`.
  /// - Returns: nil where the text is laid out so that nothing can be added safely: `rules` in one line with braces, or an
  ///   alias of another part of the file.
  func appending(_ rule: StarterRule) -> [UInt8]? {
    guard let root = YAMLDocument.parse(file).root else { return nil }
    guard let changed = edited(root, rule.lines) else { return nil }
    // Trust nothing about positions: what was there must read the same afterwards.
    guard let after = YAMLDocument.parse(SourceFile(name: file.name, bytes: changed)).root,
      keeps(root, after, except: rule.alias)
    else { return nil }
    return changed
  }

  private func edited(_ root: YAMLNode, _ lines: [String]) -> [UInt8]? {
    switch root.content {
    case .null: return atEnd(lines)
    case .mapping(let entries):
      guard let entry = entries.first(where: { $0.key.utf8.elementsEqual("rules".utf8) }) else { return atEnd(lines) }
      return edited(entry, lines)
    default: return nil
    }
  }

  private func edited(_ entry: YAMLNode.Entry, _ lines: [String]) -> [UInt8]? {
    let range = entry.value.range
    switch entry.value.content {
    case .null where entry.value.scalarText?.isEmpty ?? true:
      return inserting(text(lines, indentation: entry.keyRange.start.column + 1), afterLineOf: entry.keyRange.end.byte)
    case .mapping(let members) where members.isEmpty:
      var bytes = file.bytes
      let block = ":" + newline + text(lines, indentation: entry.keyRange.start.column + 1).dropLast(newline.count)
      bytes.replaceSubrange(entry.keyRange.end.byte..<range.end.byte, with: Array(block.utf8))
      return bytes
    case .mapping
    where file.bytes[range.start.byte] != UInt8(ascii: "{")
      && file.bytes[range.start.byte] != UInt8(ascii: "*"):
      return inserting(newline + text(lines, indentation: range.start.column - 1), afterLineOf: range.end.byte)
    default: return nil
    }
  }

  private func atEnd(_ lines: [String]) -> [UInt8] {
    inserting(newline + "rules:" + newline + text(lines, indentation: 2), afterLineOf: file.bytes.count)
  }

  /// Inserts behind the line that holds the byte before `offset`.
  private func inserting(_ text: String, afterLineOf offset: Int) -> [UInt8] {
    var bytes = file.bytes
    let last = max(0, offset - 1)
    if let feed = bytes[min(last, bytes.count)...].firstIndex(of: 0x0A) {
      bytes.insert(contentsOf: text.utf8, at: feed + 1)
    } else {
      bytes += bytes.isEmpty ? [] : Array(newline.utf8)
      bytes += text.utf8
    }
    return bytes
  }

  private func text(_ lines: [String], indentation: Int) -> String {
    lines.map { String(repeating: " ", count: indentation) + $0 + newline }.joined()
  }

  private var newline: String {
    guard let feed = file.bytes.firstIndex(of: 0x0A), feed > 0, file.bytes[feed - 1] == 0x0D else { return "\n" }
    return "\r\n"
  }

  /// Whether everything but the new alias says the same in both trees.
  private func keeps(_ before: YAMLNode, _ after: YAMLNode, except alias: String) -> Bool {
    func plain(_ node: YAMLNode, isRoot: Bool) -> YAMLNode? {
      guard isRoot, case .mapping(let entries) = node.content else { return node }
      let kept = entries.compactMap { entry -> YAMLNode.Entry? in
        guard entry.key.utf8.elementsEqual("rules".utf8) else { return entry }
        guard case .mapping(let rules) = entry.value.content else { return nil }
        let others = rules.filter { !$0.key.utf8.elementsEqual(alias.utf8) }
        guard !others.isEmpty else { return nil }
        return YAMLNode.Entry(
          key: entry.key, keyRange: entry.keyRange,
          value: YAMLNode(content: .mapping(others), range: entry.value.range))
      }
      return kept.isEmpty ? nil : YAMLNode(content: .mapping(kept), range: node.range)
    }
    switch (plain(before, isRoot: true), plain(after, isRoot: true)) {
    case (let one?, let other?): return saysTheSame(one, other)
    case (let one?, nil): if case .null = one.content { return true } else { return false }
    case (nil, nil): return true
    case (nil, _?): return false
    }
  }

  private func saysTheSame(_ one: YAMLNode, _ other: YAMLNode) -> Bool {
    switch (one.content, other.content) {
    case (.null, .null): return true
    case (.boolean(let a), .boolean(let b)): return a == b
    case (.number(let a), .number(let b)): return a.text == b.text
    case (.string(let a), .string(let b)), (.numberLike(let a), .numberLike(let b)):
      return a.utf8.elementsEqual(b.utf8)
    case (.sequence(let a), .sequence(let b)):
      return a.count == b.count && zip(a, b).allSatisfy(saysTheSame)
    case (.mapping(let a), .mapping(let b)):
      return a.count == b.count
        && zip(a, b).allSatisfy { $0.key.utf8.elementsEqual($1.key.utf8) && saysTheSame($0.value, $1.value) }
    default: return false
    }
  }
}
