package import JSON
import Platform

/// An argument of an alias's tool, as declared in the file.
package struct Parameter: Sendable {
  package var name = ""
  package var description: String?
  package var type = ParameterType.string
  package var isRequired = true
  /// Already checked against the parameter's own schema and normalized.
  package var defaultValue: JSONValue?
  package var constraints = Constraints()

  package init() {}

  /// Whether a call may have no value for it.
  package var mayBeAbsent: Bool { !isRequired && defaultValue == nil }
}

extension [Parameter] {
  /// The parameter with that name.
  package subscript(name: String) -> Parameter? { first { $0.name.hasSameBytes(as: name) } }
}

/// The types of parameters. An `enum` without a type is a `string` or `number`, depending on its values.
package enum ParameterType: String, Sendable, Hashable, CaseIterable {
  case string, integer, number, boolean, money
}

extension Parameter {
  /// Checks the value and returns it in normal form.
  /// - Throws: `ArgumentFault` with the parameter, the value's problem and what is allowed.
  package func check(_ value: JSONValue) throws(ArgumentFault) -> JSONValue {
    do throws(InvalidValue) {
      let normal = try type.kind.normalize(value, constraints)
      guard let choices else { return normal }
      // The declared spelling is used: `1.0` becomes the list's `1`.
      guard let choice = choices.first(where: { isSame($0, normal) }) else {
        throw InvalidValue("is not one of the allowed values")
      }
      return choice
    } catch {
      throw ArgumentFault(
        argument: name, problem: "is \(value.shown()), which \(error.text)", allowed: allowed)
    }
  }

  /// The allowed values in words: `a whole number from 1 to 10`.
  package var allowed: String {
    guard let choices else { return type.kind.allowed(constraints) }
    let shown = choices.prefix(20).map { $0.shown(limit: 80) }.joined(separator: ", ")
    return "one of \(shown)" + (choices.count > 20 ? " and \(choices.count - 20) more" : "")
  }

  /// The parameter's JSON Schema 2020-12, in keywords that every client's engine accepts. The description states, after the
  /// owner's text, what `check` enforces beyond them.
  var publishedSchema: JSONObject {
    let kind = type.kind
    var schema = JSONObject()
    schema.append("type", .string(type.schemaType))
    var sentences = kind.unpublished(constraints, after: description)
    let choices = choices
    let isListPublished = choices?.allSatisfy { !($0.stringValue ?? "").isEmpty } ?? false
    if let choices, !isListPublished {
      sentences.append("One of \(choices.map { JSONWriter.text($0) }.joined(separator: ", ")).")
    }
    if let text = ([description].compactMap { $0 } + sentences).joinedSentences {
      schema.append("description", .string(text))
    }
    // Gemini refuses lists that contain numbers or an empty text.
    if let choices, isListPublished { schema.append("enum", .array(choices)) }
    var published = constraints
    let numbers = (choices ?? []).compactMap { $0.numberValue.map { ExactDecimal($0) } }
    if let least = numbers.min(), let most = numbers.max() { (published.minimum, published.maximum) = (least, most) }
    kind.publish(published, in: &schema)
    if let defaultValue { schema.append("default", defaultValue) }
    return schema
  }

  /// The values of `enum` in normal form. An invalid value stays as written, for the file's check to report.
  private var choices: [JSONValue]? {
    constraints.enumValues?.map { (try? type.kind.normalize($0, constraints)) ?? $0 }
  }

  /// Whether both are the same choice: numbers by value, texts by their bytes.
  private func isSame(_ one: JSONValue, _ other: JSONValue) -> Bool {
    switch (one, other) {
    case (.number(let one), .number(let other)): ExactDecimal(one) == ExactDecimal(other)
    case (.string(let one), .string(let other)): one.hasSameBytes(as: other)
    default: one == other
    }
  }
}

extension [String] {
  /// The texts joined, with a period added after one without end punctuation; nil if there are none.
  fileprivate var joinedSentences: String? {
    guard var text = first else { return nil }
    for sentence in dropFirst() {
      while text.unicodeScalars.last?.properties.isWhitespace == true { text.unicodeScalars.removeLast() }
      let isOpen = text.unicodeScalars.last.map { !".!?:;)…。！？：；）".unicodeScalars.contains($0) } ?? false
      text += (isOpen ? ". " : text.isEmpty ? "" : " ") + sentence
    }
    return text
  }
}

/// An alias's `inputSchema` (MCP, server/tools). It publishes everything that `ArgumentBinder` enforces; a keyword that some
/// client's engine refuses is replaced by a sentence in a description.
package enum ParameterSchema {
  /// Returns a JSON Schema 2020-12 object that accepts exactly these parameters and `idempotency_key`.
  /// - Parameter takesIdempotencyKey: False for tools that trigger nothing.
  package static func inputSchema(for parameters: [Parameter], takesIdempotencyKey: Bool = true) -> JSONObject {
    var properties = JSONObject()
    var required: [JSONValue] = []
    for parameter in parameters {
      properties.append(parameter.name, .object(parameter.publishedSchema))
      if parameter.isRequired, parameter.defaultValue == nil { required.append(.string(parameter.name)) }
    }
    if takesIdempotencyKey {
      properties.append(IdempotencyKey.argumentName, .object(IdempotencyKey.publishedSchema))
    }
    var schema = JSONObject()
    schema.append("type", "object")
    // llama.cpp refuses an empty `properties`.
    if !properties.isEmpty { schema.append("properties", .object(properties)) }
    if !required.isEmpty { schema.append("required", .array(required)) }
    schema.append("additionalProperties", false)
    return schema
  }
}

/// The rules of a parameter type and their schema. Each has one conforming type in its own file and one case of
/// `ParameterType`.
protocol ParameterKind: Sendable {
  /// A value of the type, for messages.
  var noun: String { get }
  /// Whether the keyword applies to this type; if not, using it is an error in the file.
  func takes(_ keyword: ParameterKeyword) -> Bool
  /// Returns what is allowed, to complete "allowed: ...": `a whole number from 1 to 10`.
  func allowed(_ constraints: Constraints) -> String
  /// Returns the value in normal form. Accepts the JSON type itself, or a text that converts without loss. Does not check
  /// `enum`, which is checked for all types alike.
  /// - Throws: `InvalidValue` with the reason for the refusal.
  func normalize(_ value: JSONValue, _ constraints: Constraints) throws(InvalidValue) -> JSONValue
  /// Adds the keywords that `normalize` enforces and every client's engine accepts.
  func publish(_ constraints: Constraints, in schema: inout JSONObject)
  /// Returns the rules that `normalize` enforces beyond the published keywords, as sentences to follow the owner's description.
  func unpublished(_ constraints: Constraints, after description: String?) -> [String]
}

extension ParameterKind {
  func unpublished(_ constraints: Constraints, after description: String?) -> [String] { [] }
}

/// The reason a value is refused. Completes "'amount' ...": `is over the maximum`.
struct InvalidValue: Error {
  let text: String

  init(_ text: String) { self.text = text }
}

extension ParameterType {
  /// The JSON Schema 2020-12 name of the type.
  var schemaType: String { self == .money ? "number" : rawValue }

  /// A value of the type, for messages.
  package var noun: String { kind.noun }

  /// Whether the keyword applies to this type; if not, using it is an error in the file.
  package func takes(_ keyword: ParameterKeyword) -> Bool { kind.takes(keyword) }

  /// The rules of this type.
  var kind: any ParameterKind {
    switch self {
    case .string: StringParameter()
    case .integer: IntegerParameter()
    case .number: NumberParameter()
    case .boolean: BooleanParameter()
    case .money: MoneyParameter()
    }
  }
}
