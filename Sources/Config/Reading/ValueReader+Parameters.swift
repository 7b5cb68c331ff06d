import JSON
import Platform
import Rules
import SourceYAML

/// A bound as read. Only its parameter tells whether a number in quotes is an amount of money.
struct BoundDraft: Sendable {
  let decimal: ExactDecimal
  let isQuoted: Bool
}

/// A value of `default` or `enum` as read. Only its parameter tells whether a number that JSON does not know (`0123`) is text.
struct ScalarDraft: Sendable {
  /// Text for a number that only YAML knows.
  let value: JSONValue
  /// The scalar as the file has it, without quotes.
  let text: String
  let isNumberOfYAML: Bool

  /// - Returns: Nil for anything but text, a number or a boolean.
  init?(_ node: YAMLNode) {
    switch node.content {
    case .string(let text), .numberLike(let text): value = .string(text)
    case .number(let number): value = .number(number)
    case .boolean(let isTrue): value = .bool(isTrue)
    case .null, .sequence, .mapping: return nil
    }
    text = node.scalarText ?? ""
    isNumberOfYAML = node.isNumberOfYAML
  }
}

extension YAMLNode {
  /// Whether this is a number in YAML but not in JSON.
  var isNumberOfYAML: Bool { if case .numberLike = content { true } else { false } }
}

extension ValueReader where Value == ScalarDraft {
  static var scalar: ValueReader {
    ValueReader(
      schema: { _ in ["type": ["string", "number", "boolean"]] }, encode: { $0.value },
      read: { node, place, context in
        guard let scalar = ScalarDraft(node) else {
          return context.refuseType(node, place, expected: "text, a number or a boolean")
        }
        TextChecks.check(node, of: place, &context)
        return scalar
      })
  }
}

extension ValueReader where Value == [Named<ParameterDraft>] {
  static var parameters: ValueReader {
    NamedSections(
      kind: "parameter", section: { ParameterDraft.section }, make: { ParameterDraft(name: $0) },
      nameSchema: { ParameterNameCheck.schema },
      limit: ParameterNameCheck.mostParameters, ownerKeys: { RuleDraft.section.keys.map(\.name) },
      refusal: { entries in
        let isSchema = entries.contains { entry in
          guard entry.key == "properties", case .mapping(let names) = entry.value.content else { return false }
          return names.allSatisfy { if case .mapping = $0.value.content { true } else { false } }
        }
        return isSchema && entries.contains { $0.key == "type" && $0.value.scalarText == "object" }
          ? (
            "'parameters' is not a JSON Schema: its keys are the names of the parameters",
            "write what is in 'properties' directly below 'parameters'; a parameter is required unless it says required: false"
          ) : nil
      },
      checkName: { name, range, context in ParameterNameCheck.check(name, range, &context) }
    ).reader
  }
}

extension ValueReader where Value == BoundDraft {
  /// Reads a number of any size with its exact digits, in quotes too, as amounts of money may be written.
  /// - Parameter isPositive: Whether it must be over 0, in the schema.
  static func bound(isPositive: Bool = false) -> ValueReader {
    ValueReader(
      schema: { _ in
        var number: JSONObject = ["type": "number"]
        if isPositive { number.append("exclusiveMinimum", 0) }
        return [
          "anyOf": [.object(number), ["type": "string", "pattern": "^[0-9]{1,10}([.][0-9]{1,2})?$"]]
        ]
      },
      encode: { .number($0.decimal.number) },
      read: { node, place, context in
        switch node.content {
        case .number(let number): return BoundDraft(decimal: ExactDecimal(number), isQuoted: false)
        case .string(let text):
          if let number = JSONNumber(text) { return BoundDraft(decimal: ExactDecimal(number), isQuoted: true) }
        case .null, .boolean, .numberLike, .sequence, .mapping: break
        }
        return context.refuseType(
          node, place, expected: "a number", isNumber: true,
          help: unquoteHelp(node) ?? "write a plain number, such as 500")
      })
  }
}

extension ValueReader where Value == [Located<ScalarDraft>] {
  /// Reads the values of `enum`, all text or all numbers. `EnumCheck` reports duplicates.
  static var enumValues: ValueReader {
    ValueReader(
      schema: { _ in
        [
          "type": "array", "minItems": 1, "uniqueItems": true,
          "anyOf": [["items": ["type": "string"]], ["items": ["type": "number"]]],
        ]
      },
      read: { node, place, context in
        guard case .sequence(let items) = node.content else {
          return context.refuseType(
            node, place, expected: "a list of strings or numbers",
            help: listHelp(node, place.key) ?? "list at least one value")
        }
        guard
          let first = items.first(where: \.isTextOrNumber) ?? items.first(where: { !$0.isNumberOfYAML }) ?? items.first
        else {
          return context.refuse(
            .emptyValue, "'enum' allows no value at all", help: "list at least one value", at: node.range)
        }
        for item in items {
          context.checkEnumValue(item, first)
          TextChecks.check(item, of: place, &context)
        }
        return items.map { Located(ScalarDraft($0), of: $0) }
      })
  }

  /// Returns the help for `low, high`, `low | high` or one value.
  private static func listHelp(_ node: YAMLNode, _ key: String) -> String? {
    guard let text = node.scalarText else { return nil }
    if case .boolean = node.content {
      return "remove it: the type boolean takes no enum; or write \(key): [\"\(text)\"], for text"
    }
    // A number alone is text if it has quotes.
    let isText = if case .string = node.content { JSONNumber(text) != nil } else { false }
    let values = text.split { $0 == "," || $0 == "|" }.map { part in
      let value = VisibleText.line(String(part))
      return isText || JSONNumber(value) == nil ? YAMLScalar.written(value) : value
    }
    return values.isEmpty ? nil : "write \(key): [\(values.joined(separator: ", "))]"
  }
}

extension ReadingContext {
  /// Returns the source of a node on one line that can be shown whole.
  fileprivate func oneLine(_ node: YAMLNode) -> String? {
    let (start, end) = (node.range.start, node.range.end)
    return start.line == end.line && end.byte - start.byte <= 80
      ? String(decoding: file.bytes[start.byte..<end.byte], as: UTF8.self) : nil
  }

  /// Reports a value of `enum` that is not of the first one's type.
  fileprivate mutating func checkEnumValue(_ item: YAMLNode, _ first: YAMLNode) {
    switch item.content {
    case .string, .number:
      if item.kindInWords == first.kindInWords { return }
      report(
        .wrongType, "the values of 'enum' must be all text or all numbers; this one is \(item.kindInWords)",
        help: "quote the numbers, to make all of them text", at: item.range,
        related: [("the first value is \(first.kindInWords)", first.range)])
    case .boolean, .null:
      report(
        .wrongType, "a value of 'enum' must be text or a number, not \(item.kindInWords)",
        help: "quote it: \"\(item.scalarText ?? "")\", for text; the type boolean takes no enum", at: item.range)
    case .numberLike: break
    case .sequence, .mapping: reportWrongType(item, subject: "a value of 'enum'", expected: "text or a number")
    }
  }
}

extension YAMLNode {
  fileprivate var isTextOrNumber: Bool {
    switch content {
    case .string, .number: true
    case .null, .boolean, .numberLike, .sequence, .mapping: false
    }
  }
}

extension ValueReader where Value == Pattern {
  static var pattern: ValueReader {
    ValueReader(
      schema: { _ in ["type": "string"] }, encode: { .string($0.source) },
      read: { node, place, context in
        var place = place
        // Without quotes, `[a-z]` is a list.
        if node.isSequence, let source = context.oneLine(node) {
          place.wanted = "write \(place.key): \(YAMLScalar.written(source))"
        }
        guard let source = context.text(of: node, place) else { return nil }
        do throws(PatternError) {
          let pattern = try Pattern(source)
          TextChecks.check(node, of: place, &context)
          return pattern
        } catch {
          return context.refuse(
            .badPattern, "\(place.subject) is not a supported regular expression: \(error.message)",
            help: "patterns are ECMA-262 without back-references and look-around, and match the whole value",
            at: node.range(ofCodePointOffset: error.offset))
        }
      })
  }
}

extension ValueReader where Value == ParameterType {
  /// Reads the type of a parameter. A date is text with a format.
  static var parameterType: ValueReader {
    let types = enumeration(ParameterType.self)
    var reader = types
    reader.read = { node, place, context in
      guard case .string(let text) = node.content, StringFormat(rawValue: text) != nil else {
        return types.read(node, place, &context)
      }
      return context.refuse(
        .unknownValue, "\(quoted(text)) is a format, not a type", help: "write type: string, format: \(text)",
        at: node.range)
    }
    return reader
  }
}
