import JSON
import Platform
import Rules
import Secrets
import SourceYAML

/// A reader for one kind of value, with its JSON Schema.
struct ValueReader<Value>: Sendable {
  /// Returns the JSON Schema. Computed on demand: reading does not need it.
  let schema: @Sendable (inout SchemaDefinitions) -> JSONObject
  /// Returns the value as the file would write it, to show defaults; nil if there is nothing to show.
  var encode: @Sendable (Value) -> JSONValue? = { _ in nil }
  /// Whether the value may be a mapping on several lines.
  var isMapping = false
  /// Reads the value. Reports problems and returns nil if there is no usable value.
  var read: @Sendable (YAMLNode, KeyContext, inout ReadingContext) -> Value?

  /// Returns a reader that converts the value, for a property that is optional or of another type.
  func map<Result>(
    _ transform: @escaping @Sendable (Value) -> Result, back: @escaping @Sendable (Result) -> Value? = { _ in nil }
  ) -> ValueReader<Result> {
    ValueReader<Result>(
      schema: schema, encode: { back($0).flatMap(encode) }, isMapping: isMapping,
      read: { node, place, context in read(node, place, &context).map(transform) })
  }
}

extension ValueReader where Value == String {
  /// Reads non-empty text. Text that YAML reads as a number, a boolean or null must be quoted.
  /// - Parameter keywords: Additional keywords of the schema.
  static func string(
    keywords: @autoclosure @escaping @Sendable () -> [(String, JSONValue)] = []
  ) -> ValueReader {
    ValueReader(
      schema: { _ in JSONObject([("type", "string"), ("minLength", 1)] + keywords()) },
      encode: { .string($0) },
      read: { node, place, context in context.nonEmptyText(of: node, place) })
  }
}

extension ValueReader where Value == SourceText {
  /// Reads non-empty text for checks that point at a part of it.
  static var text: ValueReader {
    ValueReader(
      schema: ValueReader<String>.string().schema,
      read: { node, place, context in context.nonEmptyText(of: node, place).map { _ in SourceText(of: node) } })
  }
}

extension ReadingContext {
  mutating func nonEmptyText(of node: YAMLNode, _ place: KeyContext) -> String? {
    guard let text = text(of: node, place) else { return nil }
    guard !text.unicodeScalars.allSatisfy(\.properties.isWhitespace) else {
      return refuse(.emptyValue, "\(place.subject) is empty", help: place.emptyHelp, at: node.range)
    }
    return text
  }

  /// Returns the number, or reports that it is out of range.
  /// - Parameter write: Returns a number as the file would write it.
  mutating func checked(
    _ value: Int, _ range: ClosedRange<Int>, _ message: @autoclosure () -> String, at place: SourceRange,
    write: (Int) -> String
  ) -> Int? {
    if range.contains(value) { return value }
    return refuse(
      .valueOutOfRange, message(),
      help: value > range.upperBound
        ? "write \(write(range.upperBound)) or less" : "write \(write(range.lowerBound)) or more", at: place)
  }

  /// Reads text, or a number in YAML that is not one in JSON (`012345`). Reports anything else.
  mutating func text(of node: YAMLNode, _ place: KeyContext) -> String? {
    switch node.content {
    case .string(let text), .numberLike(let text):
      LongTextCheck.checkComment(after: node.range, of: place.key, &self)
      return text
    case .number, .boolean:
      return refuseType(node, place, expected: "text", help: place.quoteHelp(node.scalarText ?? ""))
    case .null where !node.isMissing:
      return refuse(
        .wrongType, "\(place.subject) must be text, not null",
        help: place.wanted ?? place.quoteHelp(node.scalarText ?? "null"),
        at: node.range)
    case .null: return refuseType(node, place, expected: "text", help: place.emptyHelp)
    case .sequence(let items):
      // A longer text need not be shown whole, and a part of it would be wrong.
      let text = items.count == 1 ? items[0].scalarText.flatMap { $0.utf8.count <= 80 ? $0 : nil } : nil
      let only = text.map { "write \(place.key): \(YAMLScalar.written($0))" }
      return refuseType(node, place, expected: "text", help: place.wanted ?? only ?? "put quotes around the text")
    case .mapping(let entries):
      // `description: Runs: the rule` on its own line.
      return refuseType(
        node, place, expected: "text",
        help: file.bytes[node.range.start.byte...].first == UInt8(ascii: "{")
          ? "write the text itself, without braces"
          : entries.count == 1 ? "quote text that contains ': '" : nil)
    }
  }
}

extension ValueReader where Value == Bool {
  static var boolean: ValueReader {
    ValueReader(
      schema: { _ in ["type": "boolean"] }, encode: { .bool($0) },
      read: { node, place, context in
        if case .boolean(let value) = node.content { return value }
        return context.refuseType(
          node, place, expected: "true or false", help: booleanHelp(node) ?? "write true or false")
      })
  }
}

/// Returns the help for a text that other programs read as a boolean.
func booleanHelp(_ node: YAMLNode) -> String? {
  guard let text = node.scalarText, text.utf8.count <= 8 else { return nil }
  switch text.lowercased() {
  case "1": return "write true"
  case "0": return "write false"
  case "yes", "on", "y", "true", "enabled": return "write true, without quotes"
  case "no", "off", "n", "false", "disabled": return "write false, without quotes"
  default: return nil
  }
}

extension ValueReader where Value == Int {
  static func integer(_ range: ClosedRange<Int>) -> ValueReader {
    ValueReader(
      schema: { _ in
        ["type": "integer", "minimum": JSONValue(range.lowerBound), "maximum": JSONValue(range.upperBound)]
      }, encode: { JSONValue($0) },
      read: { node, place, context in
        guard case .number(let number) = node.content else {
          return context.refuseType(
            node, place, expected: "a whole number", isNumber: true,
            help: unquoteHelp(node, isMoney: false) ?? noLimitHelp(node.scalarText ?? "") ?? "write how many, such as 3"
          )
        }
        func message() -> String {
          "\(place.subject) must be a whole number from \(range.lowerBound) to \(range.upperBound), not \(number.text)"
        }
        guard let value = number.intValue else {
          let whole = ExactDecimal(number).wholeText.flatMap { Int($0) }
          return context.refuse(
            .valueOutOfRange, message(),
            help: whole.map { "write \($0)" } ?? "write a whole number in that range", at: node.range)
        }
        return context.checked(value, range, message(), at: node.range) { String($0) }
      })
  }
}

/// Returns the help for a number in quotes or with separators or currency signs.
/// - Parameter isMoney: Whether an amount of money may be meant.
func unquoteHelp(_ node: YAMLNode, isMoney: Bool = true) -> String? {
  guard case .string(let text) = node.content else { return nil }
  if let number = JSONNumber(text)?.text ?? jsonNumber(ofYAML: text) { return "write \(number), without quotes" }
  return plainNumber(text).map { number in
    let isPlain = text.unicodeScalars.allSatisfy {
      ("0"..."9").contains($0) || ",_".unicodeScalars.contains($0) || VisibleText.isBlank($0)
    }
    return isMoney || isPlain
      ? "write \(number), without a currency sign and separators"
      : "write how many, such as 3; it is not an amount of money"
  }
}

extension ValueReader where Value: RawRepresentable & CaseIterable & Sendable, Value.RawValue == String {
  static func enumeration(_: Value.Type) -> ValueReader {
    ValueReader(
      schema: { _ in ["enum": .array(Value.allCases.map { .string($0.rawValue) })] },
      encode: { .string($0.rawValue) },
      read: { node, place, context in
        context.word(of: node, place, Value.allCases.map(\.rawValue)).flatMap { Value(rawValue: $0) }
      })
  }
}

extension ReadingContext {
  /// Reads one of the words and reports anything else, with what is allowed.
  /// - Parameter help: The help for a value of another type. Default: "did you mean".
  mutating func word(
    of node: YAMLNode, _ place: KeyContext, _ words: [String], help: @autoclosure () -> String? = nil
  ) -> String? {
    guard case .string(let text) = node.content else {
      return refuseType(node, place, expected: alternatives(words), help: help())
    }
    if let word = words.first(where: { $0.hasSameBytes(as: text) }) { return word }
    return refuse(
      .unknownValue, "\(place.subject) must be \(alternatives(words)), not \(quoted(text))",
      help: help() ?? suggestion(for: text, among: words), at: node.range)
  }
}

extension ValueReader where Value == Int {
  static var version: ValueReader {
    ValueReader(
      schema: { _ in ["const": 1] },
      read: { node, place, context in
        guard case .number(let number) = node.content else {
          return context.refuseType(
            node, place, expected: "the number 1", isNumber: true, help: unquoteHelp(node) ?? "write version: 1")
        }
        guard number.intValue == 1 else {
          return context.refuse(
            .unsupportedVersion, "version \(quoted(number.text)) of the configuration language is not supported",
            help: "write version: 1", at: node.range)
        }
        return 1
      })
  }
}
