package import JSON

/// One argument of an alias's tool, as the file declares it.
package struct Parameter: Sendable {
  package var name = ""
  package var description: String?
  package var type = ParameterType.string
  package var isRequired = true
  /// Already checked against the parameter's own schema, and normalized.
  package var defaultValue: JSONValue?
  package var constraints = Constraints()

  package init() {}
}

extension [Parameter] {
  /// The position of the parameter of that name. Not the parameter itself, since a loop over the parameters would copy each.
  package func index(of name: String) -> Int? { indices.first { self[$0].name.hasSameBytes(as: name) } }
}

/// The types of parameters. An `enum` without a type is `string` or `number`, by its values.
package enum ParameterType: String, Sendable, Hashable, CaseIterable {
  case string, integer, number, boolean, money
}

extension Parameter {
  /// The value in its normal form, where the parameter takes it.
  /// - Throws: `ArgumentFault` that names the parameter, the value's problem and what is allowed.
  package func check(_ value: JSONValue) throws(ArgumentFault) -> JSONValue {
    do throws(ValueProblem) {
      let normal = try type.kind.normalize(value, constraints)
      guard let choices else { return normal }
      // The declared spelling is what goes on: `1.0` becomes the list's `1`.
      guard let choice = choices.first(where: { isSame($0, normal) }) else {
        throw ValueProblem("is not one of the allowed values")
      }
      return choice
    } catch {
      throw ArgumentFault(
        argument: name, problem: "is \(value.shown()), which \(error.text)", allowed: allowed)
    }
  }

  /// What the parameter takes, in words: `a whole number from 1 to 10`.
  package var allowed: String {
    guard let choices else { return type.kind.allowed(constraints) }
    let shown = choices.prefix(20).map { $0.shown(limit: 80) }.joined(separator: ", ")
    return "one of \(shown)" + (choices.count > 20 ? " and \(choices.count - 20) more" : "")
  }

  /// The parameter as JSON Schema 2020-12, in the keywords that the engines of all clients take. What `check` enforces beyond
  /// them is said in the description, after the owner's words.
  package var publishedSchema: JSONObject {
    let kind = type.kind
    var schema = JSONObject(minimumCapacity: 4)
    schema.append("type", .string(kind.schemaType))
    var sentences = kind.unpublished(constraints)
    let choices = choices
    let isListPublished = choices?.allSatisfy { !($0.stringValue ?? "").isEmpty } ?? false
    if let choices, !isListPublished {
      sentences.append("One of \(choices.map { JSONWriter.text($0) }.joined(separator: ", ")).")
    }
    if let text = ([description].compactMap { $0 } + sentences).joinedSentences {
      schema.append("description", .string(text))
    }
    // Gemini refuses lists that hold numbers or an empty text.
    if let choices, isListPublished { schema.append("enum", .array(choices)) }
    kind.publish(constraints, in: &schema)
    if let defaultValue { schema.append("default", defaultValue) }
    return schema
  }

  /// The values of `enum` in their normal form; one that is wrong in itself stays as written, for the file's check to find.
  private var choices: [JSONValue]? {
    constraints.enumValues?.map { (try? type.kind.normalize($0, constraints)) ?? $0 }
  }

  /// Numbers are the same by value, texts by their bytes.
  private func isSame(_ one: JSONValue, _ other: JSONValue) -> Bool {
    switch (one, other) {
    case (.number(let one), .number(let other)): ExactDecimal(one) == ExactDecimal(other)
    case (.string(let one), .string(let other)): one.utf8.elementsEqual(other.utf8)
    default: one == other
    }
  }
}

extension [String] {
  /// The texts as one, with a period after one that ends without a mark; nil if there are none.
  fileprivate var joinedSentences: String? {
    guard var text = first else { return nil }
    for sentence in dropFirst() {
      let isOpen = text.utf8.last.map { !".!?:;)".utf8.contains($0) } ?? false
      text += (isOpen ? ". " : " ") + sentence
    }
    return text
  }
}

/// An alias's `inputSchema` (MCP, server/tools): everything that `ArgumentBinder` enforces is published in it, or said in a
/// description if some client's engine refuses the keyword.
package enum ParameterSchema {
  /// A JSON Schema 2020-12 object that takes exactly these parameters and `idempotency_key`.
  /// - Parameter takesIdempotencyKey: false for tools that trigger nothing.
  package static func inputSchema(for parameters: [Parameter], takesIdempotencyKey: Bool = true) -> JSONObject {
    var properties = JSONObject(minimumCapacity: parameters.count + 1)
    var required: [JSONValue] = []
    for index in parameters.indices {
      properties.append(parameters[index].name, .object(parameters[index].publishedSchema))
      if parameters[index].isRequired, parameters[index].defaultValue == nil {
        required.append(.string(parameters[index].name))
      }
    }
    if takesIdempotencyKey {
      properties.append(IdempotencyKey.argumentName, .object(IdempotencyKey.publishedSchema))
    }
    var schema = JSONObject(minimumCapacity: 4)
    schema.append("type", "object")
    // llama.cpp refuses an empty `properties`.
    if !properties.isEmpty { schema.append("properties", .object(properties)) }
    if !required.isEmpty { schema.append("required", .array(required)) }
    schema.append("additionalProperties", false)
    return schema
  }
}

/// What a parameter type takes, and how it tells the client: one conforming type a file, one line in `all`.
package protocol ParameterKind: Sendable {
  var type: ParameterType { get }
  /// The type as JSON Schema 2020-12 calls it.
  var schemaType: String { get }
  /// Whether the keyword means something for this type; if not, it is an error in the file.
  func takes(_ keyword: ParameterKeyword) -> Bool
  /// What is allowed, to complete "allowed is ...": `a whole number from 1 to 10`.
  func allowed(_ constraints: Constraints) -> String
  /// The value in its one normal form, from the JSON type itself or from text where that loses nothing.
  /// `enum` is not looked at: it is checked for all types alike.
  /// - Throws: `ValueProblem` that says what is wrong.
  func normalize(_ value: JSONValue, _ constraints: Constraints) throws(ValueProblem) -> JSONValue
  /// Adds the keywords that `normalize` enforces and every client's engine takes.
  func publish(_ constraints: Constraints, in schema: inout JSONObject)
  /// What `normalize` enforces beyond the published keywords, as sentences for the description.
  func unpublished(_ constraints: Constraints) -> [String]
}

extension ParameterKind {
  package func unpublished(_ constraints: Constraints) -> [String] { [] }
}

/// What is wrong with a value, to complete "'amount' ...": `is over the maximum`.
package struct ValueProblem: Error, Sendable, Hashable {
  package let text: String

  package init(_ text: String) { self.text = text }
}

extension ParameterType {
  /// Every type's rules, in the order in which they are documented.
  package static let kinds: [any ParameterKind] = [
    StringParameter(), IntegerParameter(), NumberParameter(), BooleanParameter(), MoneyParameter(),
  ]

  /// The rules of this type.
  package var kind: any ParameterKind {
    switch self {
    case .string: StringParameter()
    case .integer: IntegerParameter()
    case .number: NumberParameter()
    case .boolean: BooleanParameter()
    case .money: MoneyParameter()
    }
  }
}
