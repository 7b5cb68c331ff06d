import Platform

/// A JSON text's value (RFC 8259). Numbers keep their exact text, objects the order of their members.
package enum JSONValue: Sendable {
  case null
  case bool(Bool)
  case number(JSONNumber)
  case string(String)
  case array([JSONValue])
  case object(JSONObject)
}

extension JSONValue: Hashable {
  /// Strings are equal where their bytes are: Swift's own `==` would take the composed and the decomposed `é` for one.
  package static func == (one: JSONValue, other: JSONValue) -> Bool {
    switch (one, other) {
    case (.null, .null): true
    case (.bool(let one), .bool(let other)): one == other
    case (.number(let one), .number(let other)): one == other
    case (.string(let one), .string(let other)): one.hasSameBytes(as: other)
    case (.array(let one), .array(let other)): one == other
    case (.object(let one), .object(let other)): one == other
    case (.null, _), (.bool, _), (.number, _), (.string, _), (.array, _), (.object, _): false
    }
  }

  /// What is equal hashes alike; an object gives only its size, since the order of its members does not count.
  package func hash(into hasher: inout Hasher) {
    switch self {
    case .null: hasher.combine(0)
    case .bool(let value): hasher.combine(value)
    case .number(let value): hasher.combine(value)
    case .string(let value): hasher.combine(value)
    case .array(let value): hasher.combine(value)
    case .object(let value): hasher.combine(value)
    }
  }
}

extension JSONValue {
  /// The member of that name, where this is an object that has one.
  package subscript(key: String) -> JSONValue? { objectValue?[key] }

  /// The element at that position, where this is an array that long.
  package subscript(index: Int) -> JSONValue? {
    guard case .array(let elements) = self, elements.indices.contains(index) else { return nil }
    return elements[index]
  }

  package var stringValue: String? {
    if case .string(let value) = self { value } else { nil }
  }

  package var boolValue: Bool? {
    if case .bool(let value) = self { value } else { nil }
  }

  package var numberValue: JSONNumber? {
    if case .number(let value) = self { value } else { nil }
  }

  package var arrayValue: [JSONValue]? {
    if case .array(let value) = self { value } else { nil }
  }

  package var objectValue: JSONObject? {
    if case .object(let value) = self { value } else { nil }
  }

  /// What kind of value this is, in JSON Schema's words: `null`, `boolean`, `number`, `string`, `array`, `object`.
  package var typeName: String {
    switch self {
    case .null: "null"
    case .bool: "boolean"
    case .number: "number"
    case .string: "string"
    case .array: "array"
    case .object: "object"
    }
  }

  /// The value as a message may quote it: on one line, everything in it visible, and short; an array or object by its kind.
  /// - Parameter limit: of a text or number, in code points.
  package func shown(limit: Int = 60) -> String {
    switch self {
    case .null: "null"
    case .bool(let value): value ? "true" : "false"
    case .number(let number): VisibleText.escaped(number.text, limit: limit)
    case .string(let text): "\"" + VisibleText.escaped(text, limit: limit) + "\""
    case .array: "a list"
    case .object: "an object"
    }
  }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
  ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral, ExpressibleByNilLiteral, ExpressibleByStringInterpolation
{
  package init(stringLiteral value: String) { self = .string(value) }
  package init(integerLiteral value: Int) { self = .number(JSONNumber(value)) }
  package init(booleanLiteral value: Bool) { self = .bool(value) }
  package init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
  package init(nilLiteral: ()) { self = .null }
  package init(dictionaryLiteral members: (String, JSONValue)...) { self = .object(JSONObject(members)) }

  package init(_ value: Int) { self = .number(JSONNumber(value)) }
}

/// A path into a JSON value, as RFC 6901 writes it: `/payload/items/0`.
package struct JSONPointer: Sendable, Hashable, CustomStringConvertible {
  /// The unescaped reference tokens; none means the whole document.
  package let tokens: [String]

  package init(tokens: [String] = []) { self.tokens = tokens }

  /// The pointer to a member or element below this one.
  package func appending(_ token: String) -> JSONPointer { JSONPointer(tokens: tokens + [token]) }

  package var description: String {
    tokens.map { token in
      "/" + token.unicodeScalars.map { $0 == "~" ? "~0" : $0 == "/" ? "~1" : String($0) }.joined()
    }.joined()
  }
}
