import JSON
import Platform
import Rules
import SourceYAML

/// An entry of `parameters` as read from the file.
final class ParameterDraft {
  var parameter = Parameter()
  var type: Located<ParameterType>?
  var description: Located<SourceText>?
  var required: Located<Bool>?
  var defaultValue: Located<ScalarDraft>?
  var enumValues: Located<[Located<ScalarDraft>]>?
  var minLength: Located<Int>?
  var maxLength: Located<Int>?
  var bounds: [ParameterKeyword: Located<BoundDraft>] = [:]

  init(name: String = "") { parameter.name = name }

  /// The bounds that could be read, in the order of their keywords.
  var readBounds: [(name: String, bound: BoundDraft, range: SourceRange)] {
    ParameterKeyword.allCases.compactMap { keyword in
      bounds[keyword].flatMap { located in located.value.map { (keyword.rawValue, $0, located.range) } }
    }
  }

  /// Reports bounds in quotes, unless they are money. A type that could not be read was reported.
  private func checkQuotedBounds(_ context: inout ReadingContext) {
    guard parameter.type != .money, type.map({ $0.value != nil }) ?? true else { return }
    for (name, bound, range) in readBounds where bound.isQuoted {
      context.report(
        .wrongType, "\(quoted(name)) must be a number, not text",
        help: "write \(bound.decimal.number.text), without quotes", at: range)
    }
  }

  static let section = Section(
    name: "parameter", documentation: "One argument of the tool.", initial: { ParameterDraft() },
    keys: valueKeys + numberKeys,
    absentKeys: {
      [
        AbsentKey(name: "optional") {
          isNo($0) ? "remove it: a parameter is required unless it says required: false" : "write required: false"
        }
      ]
    },
    elsewhere: { $0.key == "title" ? nil : RuleDraft.place(of: $0, beside: "parameters") },
    shorthandHelp: { text in
      let types = ParameterType.allCases.map(\.rawValue)
      return (types.first { $0.hasSameBytes(as: text) } ?? nearest(to: text, types)).map { "write {type: \($0)}" }
    },
    keywords: {
      [("anyOf", [["required": ["type"]], ["required": ["enum"]]]), ("allOf", .array(typeKeywords))]
    },
    finish: { draft, scope, context in
      if draft.defaultValue != nil, draft.required == nil { draft.parameter.isRequired = false }
      NumberSpellingCheck.check(draft, &context)
      if draft.type == nil {
        guard draft.enumValues != nil else {
          guard scope.lacks("type", "enum") else { return }
          context.report(
            .missingKey, "\(scope.place.description) is missing the key 'type'",
            help: "write type: with \(alternatives(ParameterType.allCases.map(\.rawValue))), or enum: with its values",
            at: scope.ownerRange)
          return
        }
        if case .number = draft.parameter.constraints.enumValues?.first { draft.parameter.type = .number }
      }
      draft.checkQuotedBounds(&context)
      // An error outside its keys, such as a key that is there twice, shows that the lines are not meant as they are.
      let isMisread = context.hasError(
        in: scope.range, outside: scope.entries.flatMap { [$0.keyRange, $0.value.range] })
      if isMisread || scope.isIncomplete || context.hasError(in: draft.type) { return }
      ParameterChecks.check(draft, scope, &context)
    })

  /// The schema of each type's own keywords.
  private static var typeKeywords: [JSONValue] {
    func isType(_ type: ParameterType) -> JSONValue {
      ["properties": ["type": ["const": .string(type.rawValue)]], "required": ["type"]]
    }
    let foreign = ParameterType.allCases.map { type -> JSONValue in
      let keywords = ParameterKeyword.allCases.filter { !type.takes($0) }
      let set = keywords.map { keyword -> JSONValue in ["required": [.string(keyword.rawValue)]] }
      return ["anyOf": [["not": isType(type)], ["not": ["anyOf": .array(set)]]]]
    }
    let amounts: JSONValue = ["properties": ["minimum": ["minimum": 0], "maximum": ["minimum": 0]]]
    return foreign + [["anyOf": [["not": isType(.money)], amounts]]]
  }

  // In two parts: a long list of keys takes minutes to compile.
  private static let valueKeys: [Key<ParameterDraft>] = [
    Key(
      "type", at: { $1(&$0.type) }, .parameterType, sample: "money",
      "The type of its values; required unless there is an enum."
    ) { $0.parameter.type = $1 },
    Key("description", at: { $1(&$0.description) }, .text, "A description for the model.") {
      $0.parameter.description = $1.text
    },
    Key(
      "required", { $1(&$0.parameter.isRequired) }, at: { $1(&$0.required) }, .boolean,
      "Whether a call must pass it; false if there is a default."),
    Key("default", at: { $1(&$0.defaultValue) }, .scalar, "The value if a call passes none.") {
      $0.parameter.defaultValue = $1.value
    },
    Key("enum", at: { $1(&$0.enumValues) }, .enumValues, "The only values allowed: all text, or all numbers.") {
      $0.parameter.constraints.enumValues = $1.compactMap { $0.value?.value }
    },
    Key(
      "minLength", at: { $1(&$0.minLength) }, .integer(0...1_000_000), "The minimum length of a string, in code points."
    ) {
      $0.parameter.constraints.minLength = $1
    },
    Key(
      "maxLength", at: { $1(&$0.maxLength) }, .integer(0...1_000_000),
      "The maximum length of a string, in code points; 4096 unless set."
    ) {
      $0.parameter.constraints.maxLength = $1
    },
    Key(
      "pattern", { $1(&$0.parameter.constraints.pattern) }, .pattern,
      "A regular expression (ECMA-262) that matches the whole string."),
    Key(
      "format", { $1(&$0.parameter.constraints.format) }, .enumeration(StringFormat.self),
      "A string's format, which is checked."),
  ]

  private static let numberKeys = [
    bound(.minimum, "The minimum; 0.01 for money unless set.") { $0.minimum = $1 },
    bound(.maximum, "The maximum.") { $0.maximum = $1 },
    bound(.exclusiveMinimum, "The value must be greater than this.") { $0.exclusiveMinimum = $1 },
    bound(.exclusiveMaximum, "The value must be less than this.") { $0.exclusiveMaximum = $1 },
    bound(.multipleOf, isPositive: true, "The value must be a multiple of this.") { $0.multipleOf = $1 },
  ]

  private static func bound(
    _ keyword: ParameterKeyword, isPositive: Bool = false, _ documentation: String,
    set: @escaping @Sendable (inout Constraints, ExactDecimal) -> Void
  ) -> Key<ParameterDraft> {
    Key(keyword.rawValue, at: { $1(&$0.bounds[keyword]) }, .bound(isPositive: isPositive), documentation) {
      set(&$0.parameter.constraints, $1.decimal)
    }
  }
}
