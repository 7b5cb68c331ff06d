import JSON
import Platform
import Secrets

/// A string of a payload template, split into text and placeholders.
package struct TemplateString: Sendable {
  /// A piece of the string, in order.
  package enum Segment: Sendable {
    case text(String)
    case placeholder(Placeholder)
  }

  /// `{{ name | filter }}`. All ranges are in UTF-8 bytes of the string.
  package struct Placeholder: Sendable {
    /// The text between the bars, trimmed.
    package typealias Part = (text: String, range: Range<Int>)

    /// A parameter's name, or a built-in value's with its `$`; then the filters' names. Never empty.
    let parts: [Part]
    /// Includes the braces.
    package let range: Range<Int>

    package var name: String { parts[0].text }
    package var filters: ArraySlice<Part> { parts.dropFirst() }
  }

  package let segments: [Segment]
  /// In order.
  package let placeholders: [Placeholder]

  init(segments: [Segment]) {
    self.segments = segments
    placeholders = segments.compactMap { if case .placeholder(let placeholder) = $0 { placeholder } else { nil } }
  }

  /// Whether every call sends the same text.
  package var isConstant: Bool { placeholders.isEmpty }

  /// Returns the JSON value; nil if the whole string is a placeholder whose argument was omitted.
  func render(_ arguments: BoundArguments, _ context: RenderContext) -> JSONValue? {
    // The value of a placeholder that is the whole string keeps its JSON type.
    if segments.count == 1, case .placeholder(let whole) = segments[0] {
      return value(of: whole, arguments, context)?.value
    }
    let parts = segments.map { segment in
      switch segment {
      case .text(let text): text
      case .placeholder(let placeholder): value(of: placeholder, arguments, context).map(text) ?? ""
      }
    }
    return .string(parts.joined())
  }

  /// A value with its type, which a filter changes.
  private typealias TypedValue = (type: ParameterType, value: JSONValue)

  private func value(
    of placeholder: Placeholder, _ arguments: BoundArguments, _ context: RenderContext
  ) -> TypedValue? {
    var result: TypedValue
    if let builtin = BuiltinValue(rawValue: placeholder.name) {
      result = (.string, .string(builtin.value(context)))
    } else {
      guard let entry = arguments[placeholder.name] else { return nil }
      result = (entry.type, entry.value)
    }
    for filter in placeholder.filters.compactMap({ TemplateFilter.named($0.text) }) {
      result = (filter.output, filter.apply(result.value))
    }
    return result
  }

  /// Returns the value inside a longer string: money with two decimals, numbers with their exact digits.
  private func text(of typed: TypedValue) -> String {
    switch typed.value {
    case .string(let text): text
    case .number(let number):
      if typed.type == .money, let money = try? Money(number) { money.description } else { number.text }
    case .bool(let value): value ? "true" : "false"
    // No parameter has such a value.
    case .null, .array, .object: ""
    }
  }

  /// Splits a string at its placeholders. `{{{{` is a literal `{{`; `}}` alone is plain text.
  /// - Returns: The parsed string without faulty placeholders, and every fault.
  package static func parse(_ text: String) -> (string: TemplateString, faults: [TemplateFault]) {
    var parser = TemplateStringParser(bytes: Array(text.utf8))
    parser.parse()
    return (TemplateString(segments: parser.segments), parser.faults)
  }
}

/// A single-pass parser for a template string.
private struct TemplateStringParser {
  let bytes: [UInt8]
  var segments: [TemplateString.Segment] = []
  var faults: [TemplateFault] = []
  var index = 0
  var literal: [UInt8] = []

  mutating func parse() {
    while index < bytes.count {
      if isPair(UInt8(ascii: "{"), at: index), isPair(UInt8(ascii: "{"), at: index + 2) {
        literal += [UInt8(ascii: "{"), UInt8(ascii: "{")]
        index += 4
      } else if isPair(UInt8(ascii: "{"), at: index) {
        parsePlaceholder()
      } else {
        literal.append(bytes[index])
        index += 1
      }
    }
    flush()
  }

  private mutating func flush() {
    if !literal.isEmpty { segments.append(.text(String(decoding: literal, as: UTF8.self))) }
    literal = []
  }

  /// Parses from `{{` to the end of the next `}}`.
  private mutating func parsePlaceholder() {
    let start = index
    var end = start + 2
    while end < bytes.count, !isPair(UInt8(ascii: "}"), at: end), !isPair(UInt8(ascii: "{"), at: end) { end += 1 }
    guard isPair(UInt8(ascii: "}"), at: end) else {
      faults.append(
        TemplateFault(
          kind: .unclosed, message: "'{{' without '}}'", help: "close it with '}}', or write '{{{{' for a literal '{{'",
          range: start..<start + 2))
      literal += bytes[start..<end]
      index = end
      return
    }
    index = end + 2
    flush()
    if let placeholder = placeholder(start + 2..<end) { segments.append(.placeholder(placeholder)) }
  }

  private mutating func placeholder(_ inside: Range<Int>) -> TemplateString.Placeholder? {
    let range = inside.lowerBound - 2..<inside.upperBound + 2
    let parts = bytes[inside].split(separator: UInt8(ascii: "|"), omittingEmptySubsequences: false).map(part)
    guard parts.contains(where: { !$0.text.isEmpty }) else {
      faults.append(
        TemplateFault(
          kind: .empty, message: "empty placeholder",
          help: "name a parameter: '{{ amount }}'; a literal '{{' is written '{{{{'",
          range: range))
      return nil
    }
    guard let wrong = parts.indices.first(where: { !isName(parts[$0].range, mayBeBuiltin: $0 == 0) }) else {
      return TemplateString.Placeholder(parts: parts, range: range)
    }
    let (text, place) = (parts[wrong].text, parts[wrong].range)
    if text.utf8.first == UInt8(ascii: "{") {
      faults.append(
        TemplateFault(
          kind: .syntax, message: "there is a brace too many before the name",
          help: "remove it: a placeholder has two braces on each side", range: place))
      return nil
    }
    let shown = text.isEmpty ? "a name is missing next to '|'" : "'\(SecretGuess.shown(text))' is not a name"
    faults.append(
      TemplateFault(
        kind: .syntax, message: shown,
        help: "write '{{ parameter }}' or '{{ parameter | filter }}'; nothing else is supported",
        range: text.isEmpty ? range : place, unknown: text.isEmpty ? nil : text))
    return nil
  }

  private func part(_ slice: ArraySlice<UInt8>) -> TemplateString.Placeholder.Part {
    let start = slice.firstIndex { !$0.isASCIISpace } ?? slice.startIndex
    let end = slice.lastIndex { !$0.isASCIISpace }.map { $0 + 1 } ?? start
    return (String(decoding: bytes[start..<end], as: UTF8.self), start..<end)
  }

  private func isName(_ range: Range<Int>, mayBeBuiltin: Bool) -> Bool {
    var name = bytes[range]
    if mayBeBuiltin, name.first == UInt8(ascii: "$") { name = name.dropFirst() }
    guard let first = name.first, !first.isASCIIDigit else { return false }
    return name.allSatisfy { $0.isASCIIAlphanumeric || $0 == UInt8(ascii: "_") }
  }

  private func isPair(_ byte: UInt8, at index: Int) -> Bool {
    index + 1 < bytes.count && bytes[index] == byte && bytes[index + 1] == byte
  }
}

extension TemplateString {
  /// Returns the faults that depend on the declared parameters: unknown names and filters, filters on the wrong type, optional
  /// parameters inside a longer string.
  package func check(_ parameters: [Parameter]) -> [TemplateFault] {
    var faults: [TemplateFault] = []
    for placeholder in placeholders { check(placeholder, parameters, &faults) }
    return faults
  }

  private func check(_ placeholder: Placeholder, _ parameters: [Parameter], _ faults: inout [TemplateFault]) {
    var type: ParameterType?
    if BuiltinValue(rawValue: placeholder.name) != nil {
      type = .string
    } else if let parameter = parameters[placeholder.name] {
      type = parameter.type
      if segments.count > 1, parameter.mayBeAbsent {
        faults.append(
          TemplateFault(
            kind: .optionalInText,
            message: "'\(placeholder.name)' is optional and has no default, so it may be missing from this text",
            help: "give it a default, make it required, or let the placeholder be the whole string",
            range: placeholder.range))
      }
    } else {
      faults.append(unknownName(placeholder, parameters))
    }
    checkFilters(placeholder, type, &faults)
  }

  private func unknownName(_ placeholder: Placeholder, _ parameters: [Parameter]) -> TemplateFault {
    let isBuiltin = placeholder.name.utf8.first == UInt8(ascii: "$")
    let builtins = BuiltinValue.allCases.map(\.rawValue)
    let names = parameters.map(\.name)
    let help =
      isBuiltin
      ? "the built-in values are \(builtins.joined(separator: ", "))"
      : names.isEmpty
        ? "this rule declares no parameters; declare it under 'parameters'"
        : "the parameters are \(names.prefix(20).joined(separator: ", "))"
    return TemplateFault(
      kind: .unknownName, message: "unknown \(isBuiltin ? "built-in value" : "parameter") '\(placeholder.name)'",
      help: help,
      range: placeholder.parts[0].range, unknown: placeholder.name, candidates: isBuiltin ? builtins : names + builtins)
  }

  /// - Parameter type: The type of the value before the first filter; nil if its name is unknown.
  private func checkFilters(_ placeholder: Placeholder, _ type: ParameterType?, _ faults: inout [TemplateFault]) {
    var type = type
    for part in placeholder.filters {
      let (name, range) = (part.text, part.range)
      guard let filter = TemplateFilter.named(name) else {
        type = nil
        let names = TemplateFilter.all.map(\.name)
        faults.append(
          TemplateFault(
            kind: .unknownFilter, message: "unknown filter '\(name)'",
            help: "the filters are \(names.joined(separator: ", "))",
            range: range, unknown: name, candidates: names))
        continue
      }
      if let type, type != filter.input {
        faults.append(
          TemplateFault(
            kind: .filterType, message: "the filter '\(name)' takes \(filter.input.rawValue), not \(type.rawValue)",
            help: filterHelp(
              filter, type, placeholder, after: placeholder.filters.last { $0.range.upperBound <= range.lowerBound }),
            range: range))
      }
      type = filter.output
    }
  }

  /// Returns the help for a filter on a value of that type.
  /// - Parameter before: The filter before it.
  private func filterHelp(
    _ filter: TemplateFilter, _ type: ParameterType, _ placeholder: Placeholder, after before: Placeholder.Part?
  ) -> String {
    if let before, TemplateFilter.named(before.text)?.input == filter.input { return "remove '\(before.text)'" }
    // Only dollars are counted in cents.
    if before == nil, filter.input == .money, type == .number || type == .integer {
      return "give the parameter '\(placeholder.name)' type: money, in dollars"
    }
    let names = TemplateFilter.all.filter { $0.input == type }.map(\.name)
    return names.isEmpty
      ? "remove it: no filter takes \(type.rawValue)"
      : "the filters for \(type.rawValue) are \(names.joined(separator: ", "))"
  }
}

/// A fault in one string of a payload template, for a diagnostic at the placeholder's source range.
package struct TemplateFault: Sendable, Hashable {
  /// The kind of fault. The raw value is the diagnostic id.
  package enum Kind: String, Sendable, Hashable, CaseIterable {
    /// `{{` without `}}`.
    case unclosed = "template-unclosed"
    /// `{{ }}`.
    case empty = "template-empty"
    /// The text between the braces is not `name | filter`.
    case syntax = "template-syntax"
    case unknownName = "template-unknown-name"
    case unknownFilter = "template-unknown-filter"
    /// A filter on a value of a type that it does not accept.
    case filterType = "template-filter-type"
    /// An optional parameter without a default inside a longer string.
    case optionalInText = "template-optional-in-text"
  }

  package let kind: Kind
  /// Lower case, no full stop.
  package let message: String
  package let help: String?
  /// The smallest wrong span, in UTF-8 bytes of the string.
  package let range: Range<Int>
  /// The name as written and the names that could have been meant, for "did you mean", if the fault is a name.
  package internal(set) var unknown: String?
  package internal(set) var candidates: [String] = []
}
