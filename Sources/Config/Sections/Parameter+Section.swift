import JSON
import Rules
import SourceYAML

extension Parameter {
  /// One argument below `parameters`.
  static let section = Section(
    name: "parameter", documentation: "One argument of the tool.", initial: Parameter.init,
    keys: valueKeys + numberKeys,
    finish: { parameter, scope, context in
      let node = scope.node
      if parameter.isRequired, node.has("default"), !node.has("required") { parameter.isRequired = false }
      if !node.has("type") {
        guard node.has("enum") else {
          context.report(
            .missingKey, "\(scope.place.description) lacks the key 'type'",
            help: "write type: with \(alternatives(ParameterType.allCases.map(\.rawValue))), or enum: with its values",
            at: scope.ownerRange)
          return
        }
        if case .number = parameter.constraints.enumValues?.first { parameter.type = .number }
      }
      guard !context.hasError(in: node) else { return }
      ParameterChecks.check(&parameter, scope, &context)
    })

  // In two parts: the compiler takes a long list of keys for minutes.
  private static let valueKeys: [Key<Parameter>] = [
    Key(
      "type", \.type, .enumeration(ParameterType.self), sample: "money",
      "What its values are; may be left out beside enum."),
    Key("description", \.description, .string, "What it is, for the model."),
    Key("required", \.isRequired, .boolean, "Whether a call must give it; false where there is a default."),
    Key("default", \.defaultValue, .scalar, "The value where a call gives none."),
    Key("enum", \.constraints.enumValues, .enumValues, "The only values allowed: all text, or all numbers."),
    Key("minLength", \.constraints.minLength, .integer(0...1_000_000), "The fewest code points of a string."),
    Key(
      "maxLength", \.constraints.maxLength, .integer(0...1_000_000),
      "The most code points of a string; 4096 unless set."),
    Key("pattern", \.constraints.pattern, .pattern, "A regular expression (ECMA-262) that matches the whole string."),
    Key("format", \.constraints.format, .enumeration(StringFormat.self), "A string's form, which is checked."),
  ]

  private static let numberKeys: [Key<Parameter>] = [
    Key("minimum", \.constraints.minimum, .decimal, "The least number; 0.01 for money unless set."),
    Key("maximum", \.constraints.maximum, .decimal, "The greatest number."),
    Key("exclusiveMinimum", \.constraints.exclusiveMinimum, .decimal, "The number that it must be over."),
    Key("exclusiveMaximum", \.constraints.exclusiveMaximum, .decimal, "The number that it must be under."),
    Key("multipleOf", \.constraints.multipleOf, .decimal, "The number that it must be a multiple of."),
  ]
}

extension ValueReader where Value == [Parameter] {
  /// The section `parameters`.
  static var parameters: ValueReader {
    .entries(
      of: Parameter.section, kind: "parameter", name: \.name, nameSchema: ParameterNameCheck.schema,
      limit: ParameterNameCheck.mostParameters,
      checkName: { entry, context in ParameterNameCheck.check(entry, &context) })
  }
}

extension ValueReader where Value == ExactDecimal {
  /// A number of any size, in its exact digits.
  fileprivate static var decimal: ValueReader {
    ValueReader(
      type: "number", schema: ["type": "number"], encode: { .number($0.number) },
      read: { node, place, context in
        if case .number(let number) = node.content { return ExactDecimal(number) }
        context.reportWrongType(node, subject: place.subject, expected: "a number", help: unquoteHelp(node))
        return nil
      })
  }
}

extension ValueReader where Value == [JSONValue] {
  /// The values of `enum`: all text or all numbers, none twice.
  fileprivate static var enumValues: ValueReader {
    ValueReader(
      type: "list of texts or of numbers",
      schema: [
        "type": "array", "minItems": 1, "uniqueItems": true,
        "anyOf": [["items": ["type": "string"]], ["items": ["type": "number"]]],
      ],
      read: { node, place, context in EnumReader.read(node, place, &context) })
  }
}

private enum EnumReader {
  static func read(_ node: YAMLNode, _ place: ValuePlace, _ context: inout ReadingContext) -> [JSONValue]? {
    guard case .sequence(let items) = node.content else {
      context.reportWrongType(node, subject: place.subject, expected: "a list of texts or of numbers")
      return nil
    }
    guard let first = items.first else {
      context.report(.emptyValue, "'enum' allows no value at all", help: "list at least one value", at: node.range)
      return nil
    }
    var values: [JSONValue] = []
    for item in items {
      switch item.content {
      case .string, .number:
        if let value = context.json(of: item, place) { values.append(value) }
        if item.kindInWords != first.kindInWords {
          context.report(
            .wrongType, "the values of 'enum' must be all text or all numbers; this one is \(item.kindInWords)",
            help: "quote the numbers, to make all of them text", at: item.range,
            related: [("the first value is \(first.kindInWords)", first.range)])
        }
      case .boolean, .null:
        context.report(
          .wrongType, "a value of 'enum' must be text or a number, not \(item.kindInWords)",
          help: "quote it: \"\(item.scalarText ?? "")\"", at: item.range)
      case .numberLike, .sequence, .mapping:
        context.reportWrongType(item, subject: "a value of 'enum'", expected: "text or a number")
      }
    }
    return values
  }
}

extension ValueReader where Value == Pattern {
  /// A regular expression that compiles.
  fileprivate static var pattern: ValueReader {
    ValueReader(
      type: "regular expression", schema: ["type": "string"], encode: { .string($0.source) },
      read: { node, place, context in
        guard let source = context.text(of: node, place) else { return nil }
        do throws(PatternError) {
          return try Pattern(source)
        } catch {
          context.report(
            .badPattern, "\(place.subject) is no usable regular expression: \(error.message)",
            help: "patterns are ECMA-262 without back-references and look-around, and match the whole value",
            at: node.range(ofCodePointOffset: error.offset, count: 1))
          return nil
        }
      })
  }
}
