import JSON
import Platform
import Rules
import SourceYAML

/// A payload as read: the template and its strings with their source ranges.
struct PayloadDraft: Sendable {
  /// A string of the template.
  struct Text: Sendable {
    let template: TemplateString
    /// The faults of its placeholders by themselves, not yet reported: the parameters determine which ones are.
    let faults: [TemplateFault]
    let source: SourceText
    /// The key of the string; nil for a list element.
    let key: String?
    /// The key that names what it is: that of the list for an element, and the one above for `value`.
    let subject: String

    /// The bytes that every call sends.
    var literalBytes: Int {
      template.segments.reduce(0) { if case .text(let literal) = $1 { $0 + literal.utf8.count } else { $0 } }
    }
  }

  /// A number that every call sends.
  struct Constant: Sendable {
    let number: JSONNumber
    let range: SourceRange
    let subject: String
  }

  /// A key that is written without quotes on its own line.
  struct LineKey: Sendable {
    let name: String
    let range: SourceRange
    let isNested: Bool
    let value: YAMLNode
    /// The text of a scalar value; nil for a mapping or a sequence.
    var text: String? { value.scalarText }
    var holdsMapping: Bool { if case .mapping = value.content { true } else { false } }
  }

  // In file order.
  var template = PayloadTemplate.null
  var texts: [Text] = []
  var constants: [Constant] = []
  var lineKeys: [LineKey] = []
  var keyBytes = 0
}

extension ValueReader where Value == PayloadDraft {
  /// Reads a mapping whose strings may contain placeholders.
  static var payload: ValueReader {
    ValueReader(
      schema: { _ in ["type": "object"] }, isMapping: true,
      read: { node, place, context in
        guard case .mapping(let entries) = node.content else {
          if let missing = node.scalarText.flatMap({ MissingSpace(in: $0) }) {
            context.report(missing, .payloadNotMapping, from: node.range.start)
            return nil
          }
          return context.refuse(
            .payloadNotMapping, "\(place.subject) must be a mapping of keys, not \(node.kindInWords)",
            help: "the request's body is a JSON object: write its keys below 'payload:'", at: node.range)
        }
        var draft = PayloadDraft()
        let template = context.template(of: node, nil, "", place, &draft)
        draft.template = template
        draft.lineKeys = context.lineKeys(entries, of: node)
        let size = draft.texts.reduce(draft.keyBytes) { $0 + $1.literalBytes }
        guard size <= PayloadTemplate.longestCall else {
          return context.refuse(
            .valueOutOfRange, "\(place.subject) has \(size) bytes of text in each call",
            help: "shorten it: a call has at most \(PayloadTemplate.longestCall) with its arguments",
            at: draft.texts.max { $0.literalBytes < $1.literalBytes }?.source.range ?? node.range)
        }
        return draft
      })
  }
}

/// Text in YAML 1.2 that YAML 1.1 read as a boolean or a number.
private enum YAML11Spelling {
  /// Returns the help; nil for other text.
  static func help(_ text: String) -> String? {
    guard (1...64).contains(text.utf8.count) else { return nil }
    switch text {
    case "yes", "Yes", "YES", "on", "On", "ON", "y", "Y": return "write true, or \"\(text)\" in quotes for the text"
    case "no", "No", "NO", "off", "Off", "OFF", "n", "N": return "write false, or \"\(text)\" in quotes for the text"
    default: break
    }
    guard text.utf8.first != UInt8(ascii: "_") else { return nil }
    let digits = String(decoding: text.utf8.filter { $0 != UInt8(ascii: "_") }, as: UTF8.self)
    let grouped = digits.utf8.count < text.utf8.count ? jsonNumber(ofYAML: digits) : nil
    return (binary(digits) ?? grouped).map { "write \($0), or \"\(text)\" in quotes for the text" }
  }

  /// Returns `5` for `0b101`.
  private static func binary(_ text: String) -> String? {
    let sign = text.hasPrefix("-") ? "-" : ""
    let rest = text.hasPrefix("-") || text.hasPrefix("+") ? text.dropFirst() : text[...]
    guard rest.hasPrefix("0b") else { return nil }
    return UInt64(rest.dropFirst(2), radix: 2).map { sign + String($0) }
  }
}

extension ReadingContext {
  /// Returns the keys without quotes of a block mapping and of those below it. The keys in braces, and those of an anchor, are
  /// not in its lines.
  fileprivate func lineKeys(
    _ entries: [YAMLNode.Entry], of node: YAMLNode, isNested: Bool = false
  ) -> [PayloadDraft.LineKey] {
    guard file.bytes[node.range.start.byte...].first != UInt8(ascii: "{") else { return [] }
    var keys: [PayloadDraft.LineKey] = []
    for entry in entries where node.range.start <= entry.keyRange.start && entry.keyRange.end <= node.range.end {
      var members: [YAMLNode.Entry]?
      if case .mapping(let entries) = entry.value.content { members = entries }
      if entry.keyRange.end.byte - entry.keyRange.start.byte == entry.key.utf8.count {
        keys.append(
          PayloadDraft.LineKey(
            name: entry.key, range: entry.keyRange, isNested: isNested, value: entry.value))
      }
      if let members { keys += lineKeys(members, of: entry.value, isNested: true) }
    }
    return keys
  }

  /// Returns the YAML tree as a template tree of the same shape. Faulty nodes are reported and become null or text.
  fileprivate mutating func template(
    of node: YAMLNode, _ key: String?, _ subject: String, _ place: KeyContext, _ draft: inout PayloadDraft
  ) -> PayloadTemplate {
    switch node.content {
    case .null:
      if node.isMissing { LongTextCheck.checkComment(after: node.range, of: key ?? place.key, &self) }
      return .null
    case .boolean(let value): return .bool(value)
    case .number(let number):
      draft.constants.append(PayloadDraft.Constant(number: number, range: node.range, subject: subject))
      return .number(number)
    case .numberLike(let text):
      reportNumberSpelling(text, subject: "a value in \(place.subject)", at: node.range)
      return .null
    case .string(let text):
      if node.isPlain, let help = YAML11Spelling.help(text) {
        report(
          .ambiguousSpelling,
          "\(quoted(text)) would be sent as text, but other YAML readers do not read it as text",
          help: help, at: node.range)
      }
      LongTextCheck.checkComment(after: node.range, of: key ?? place.key, &self)
      let (string, faults) = TemplateString.parse(text)
      draft.texts.append(
        PayloadDraft.Text(template: string, faults: faults, source: SourceText(of: node), key: key, subject: subject))
      return .string(string)
    case .sequence(let items): return .array(items.map { template(of: $0, nil, subject, place, &draft) })
    case .mapping(let entries):
      for entry in entries { LookAlikeCheck.check(entry.key, at: entry.keyRange, &self) }
      for entry in entries where entry.key.utf8.contains(part: "{{".utf8) {
        report(
          .templateInKey, "the key \(quoted(entry.key)) is sent as it is: a key is not a template",
          help: "write the name that Sequence expects, and the placeholder as its value", at: entry.keyRange)
      }
      return .object(
        entries.map { entry in
          draft.keyBytes += entry.key.utf8.count
          let isOfOuter = entry.key == "value" && !subject.isEmpty
          return (entry.key, template(of: entry.value, entry.key, isOfOuter ? subject : entry.key, place, &draft))
        })
    }
  }

  /// Reports the faults of a template's text, each at its placeholder's source range.
  mutating func report(_ faults: [TemplateFault], in source: SourceText) {
    var source = source
    for fault in faults {
      // Before the range is looked for, which takes longer the later it is.
      guard !isFull else { return noteCut() }
      report(
        DiagnosticKinds.named(fault.kind.rawValue) ?? .templateSyntax, fault.message,
        help: fault.unknown.flatMap { suggestion(for: $0, among: fault.candidates) } ?? fault.help,
        at: source.range(ofUTF8: fault.range))
    }
  }
}
