import JSON
import Rules
import SourceYAML

extension ValueReader where Value == JSONValue {
  /// Any value that JSON has too.
  static var json: ValueReader {
    ValueReader(
      type: "any value", schema: [:], encode: { $0 }, read: { node, place, context in context.json(of: node, place) })
  }

  /// Text, a number or a boolean.
  static var scalar: ValueReader {
    ValueReader(
      type: "text, number or boolean", schema: ["type": ["string", "number", "boolean"]], encode: { $0 },
      read: { node, place, context in
        switch node.content {
        case .null, .sequence, .mapping:
          context.reportWrongType(node, subject: place.subject, expected: "text, a number or a boolean")
          return nil
        case .string, .number, .numberLike, .boolean: return context.json(of: node, place)
        }
      })
  }
}

extension ReadingContext {
  /// The YAML tree as JSON; a number that only YAML knows is reported, and then there is no value.
  mutating func json(of node: YAMLNode, _ place: ValuePlace) -> JSONValue? {
    switch node.content {
    case .null: return .null
    case .boolean(let value): return .bool(value)
    case .number(let number): return .number(number)
    case .string(let text): return .string(text)
    case .numberLike(let text):
      reportNumberSpelling(text, subject: "a value in \(place.subject)", at: node.range)
      return nil
    case .sequence(let items):
      var elements: [JSONValue] = []
      var isWhole = true
      for item in items {
        if let element = json(of: item, place) { elements.append(element) } else { isWhole = false }
      }
      return isWhole ? .array(elements) : nil
    case .mapping(let entries):
      var object = JSONObject()
      var isWhole = true
      for entry in entries {
        if let value = json(of: entry.value, place) { object.append(entry.key, value) } else { isWhole = false }
      }
      return isWhole ? .object(object) : nil
    }
  }
}

extension ValueReader where Value == JSONObject {
  /// A mapping that becomes a JSON object.
  static var object: ValueReader {
    ValueReader(
      type: "mapping", schema: ["type": "object"], encode: { .object($0) },
      read: { node, place, context in
        guard case .mapping = node.content else {
          context.reportWrongType(node, subject: place.subject, expected: "a mapping")
          return nil
        }
        return context.json(of: node, place)?.objectValue
      })
  }
}
