import JSON
import Platform
import SourceYAML

/// A value of the file with its source ranges, for checks that point at it.
struct Located<Value> {
  /// nil if it could not be read, which an error reports.
  let value: Value?
  /// The value's range.
  let range: SourceRange
  /// The range of the key, or of the value itself for a list item.
  let keyRange: SourceRange

  init(_ value: Value?, of entry: YAMLNode.Entry) {
    (self.value, range, keyRange) = (value, entry.value.range, entry.keyRange)
  }

  init(_ value: Value?, of item: YAMLNode) { (self.value, range, keyRange) = (value, item.range, item.range) }
}

/// An entry of a mapping whose keys are names chosen by its author.
struct Named<Value> {
  let name: String
  let entry: Located<Value>

  init(_ entry: YAMLNode.Entry, _ value: Value?) { (name, self.entry) = (entry.key, Located(value, of: entry)) }
}

/// A JSON value of the file whose parts all have their source ranges.
struct LocatedJSON: Sendable {
  let value: JSONValue
  let range: SourceRange
  /// The members of an object by name or the elements of an array by index, as in a JSON Pointer (RFC 6901).
  var parts: [(token: String, part: LocatedJSON)] = []

  /// The part with that name or index.
  subscript(token: String) -> LocatedJSON? { parts.first { $0.token.hasSameBytes(as: token) }?.part }
}

extension ValueReader where Value == LocatedJSON {
  /// Reads any value that JSON allows too.
  static var json: ValueReader {
    ValueReader(
      schema: { _ in [:] }, encode: { $0.value },
      read: { node, place, context in context.json(of: node, place) })
  }

  static var object: ValueReader {
    ValueReader(
      schema: { _ in ["type": "object"] }, encode: { $0.value }, isMapping: true,
      read: { node, place, context in
        guard case .mapping = node.content else {
          return context.refuseType(node, place, expected: "a mapping")
        }
        return context.json(of: node, place)
      })
  }
}

extension ReadingContext {
  /// Returns the YAML tree as JSON. A number that is invalid in JSON is reported, and the result is nil.
  mutating func json(of node: YAMLNode, _ place: KeyContext) -> LocatedJSON? {
    switch node.content {
    case .null: return LocatedJSON(value: .null, range: node.range)
    case .boolean(let value): return LocatedJSON(value: .bool(value), range: node.range)
    case .number(let number): return LocatedJSON(value: .number(number), range: node.range)
    case .string(let text): return LocatedJSON(value: .string(text), range: node.range)
    case .numberLike(let text):
      reportNumberSpelling(text, subject: "a value in \(place.subject)", at: node.range)
      return nil
    case .sequence(let items):
      let elements = items.compactMap { json(of: $0, place) }
      guard elements.count == items.count else { return nil }
      return LocatedJSON(
        value: .array(elements.map(\.value)), range: node.range, parts: elements.enumerated().map { (String($0), $1) })
    case .mapping(let entries):
      let members = entries.compactMap { entry in json(of: entry.value, place).map { (token: entry.key, part: $0) } }
      guard members.count == entries.count else { return nil }
      return LocatedJSON(
        value: .object(JSONObject(members.map { ($0.token, $0.part.value) })), range: node.range, parts: members)
    }
  }
}
