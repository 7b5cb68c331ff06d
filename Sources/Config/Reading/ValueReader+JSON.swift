import JSON
import Rules
import SourceYAML

/// A JSON value of the file, each part of which knows where it is.
struct LocatedJSON: Sendable {
  let value: JSONValue
  let range: SourceRange
  /// The members of an object by name, or the elements of an array by number, as a JSON pointer names them (RFC 6901).
  private let parts: [(token: String, part: LocatedJSON)]

  init(_ value: JSONValue, at range: SourceRange, parts: [(token: String, part: LocatedJSON)] = []) {
    self.value = value
    self.range = range
    self.parts = parts
  }

  /// The part of that name or number.
  subscript(token: String) -> LocatedJSON? { parts.first { $0.token.hasSameBytes(as: token) }?.part }
}

extension ValueReader where Value == LocatedJSON {
  /// Any value that JSON has too.
  static var json: ValueReader {
    ValueReader(
      type: "any value", schema: [:], encode: { $0.value },
      read: { node, place, context in context.json(of: node, place) })
  }

  /// A mapping that becomes a JSON object.
  static var object: ValueReader {
    ValueReader(
      type: "mapping", schema: ["type": "object"], encode: { $0.value },
      read: { node, place, context in
        guard case .mapping = node.content else {
          context.reportWrongType(node, subject: place.subject, expected: "a mapping")
          return nil
        }
        return context.json(of: node, place)
      })
  }
}

extension ValueReader where Value == JSONValue {
  /// Text, a number or a boolean.
  static var scalar: ValueReader {
    ValueReader(
      type: "text, number or boolean", schema: ["type": ["string", "number", "boolean"]], encode: { $0 },
      read: { node, place, context in
        switch node.content {
        case .null, .sequence, .mapping:
          context.reportWrongType(node, subject: place.subject, expected: "text, a number or a boolean")
          return nil
        case .string, .number, .numberLike, .boolean: return context.json(of: node, place)?.value
        }
      })
  }
}

extension ReadingContext {
  /// The YAML tree as JSON; a number that only YAML knows is reported, and then there is no value.
  mutating func json(of node: YAMLNode, _ place: ValuePlace) -> LocatedJSON? {
    switch node.content {
    case .null: return LocatedJSON(.null, at: node.range)
    case .boolean(let value): return LocatedJSON(.bool(value), at: node.range)
    case .number(let number): return LocatedJSON(.number(number), at: node.range)
    case .string(let text): return LocatedJSON(.string(text), at: node.range)
    case .numberLike(let text):
      reportNumberSpelling(text, subject: "a value in \(place.subject)", at: node.range)
      return nil
    case .sequence(let items):
      var elements: [LocatedJSON] = []
      for item in items {
        if let element = json(of: item, place) { elements.append(element) }
      }
      guard elements.count == items.count else { return nil }
      return LocatedJSON(
        .array(elements.map(\.value)), at: node.range, parts: elements.enumerated().map { (String($0), $1) })
    case .mapping(let entries):
      var members: [(token: String, part: LocatedJSON)] = []
      for entry in entries {
        if let member = json(of: entry.value, place) { members.append((entry.key, member)) }
      }
      guard members.count == entries.count else { return nil }
      return LocatedJSON(
        .object(JSONObject(members.map { ($0.token, $0.part.value) })), at: node.range, parts: members)
    }
  }
}
