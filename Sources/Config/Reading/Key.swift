import JSON
import SourceYAML

/// One key of a section, declared in one line: from it come reading, the unknown-key and missing-key errors, the JSON
/// Schema and the README's reference.
struct Key<Owner: Sendable>: Sendable {
  let name: String
  let isRequired: Bool
  let documentation: String
  /// What it takes, in words for the reference.
  let type: String
  let schema: @Sendable (inout SchemaDefinitions) -> JSONObject
  /// The default as the file would write it; nil where there is none to show.
  let defaultValue: @Sendable (Owner) -> JSONValue?
  let read: @Sendable (YAMLNode, Place, inout Owner, inout ReadingContext) -> Void
}

extension Key {
  /// A key whose default is its property's own.
  init<Value: Sendable>(
    _ name: String, _ path: any WritableKeyPath<Owner, Value> & Sendable, _ reader: ValueReader<Value>,
    required: Bool = false, _ documentation: String
  ) {
    self.init(
      name: name, isRequired: required, documentation: documentation, type: reader.type, schema: reader.schema,
      defaultValue: { required ? nil : reader.encode($0[keyPath: path]) },
      read: { node, place, owner, context in
        if let value = reader.read(node, ValuePlace(key: name, owner: place), &context) { owner[keyPath: path] = value }
      })
  }

  /// A key whose property is nil where the file does not set it.
  init<Value: Sendable>(
    _ name: String, _ path: any WritableKeyPath<Owner, Value?> & Sendable, _ reader: ValueReader<Value>,
    required: Bool = false, _ documentation: String
  ) {
    self.init(
      name: name, isRequired: required, documentation: documentation, type: reader.type, schema: reader.schema,
      defaultValue: { required ? nil : $0[keyPath: path].flatMap(reader.encode) },
      read: { node, place, owner, context in
        if let value = reader.read(node, ValuePlace(key: name, owner: place), &context) { owner[keyPath: path] = value }
      })
  }
}

/// The key whose value is being read, and what it belongs to, for messages.
struct ValuePlace: Sendable {
  let key: String
  let owner: Place

  /// The key in quotes.
  var subject: String { quoted(key) }
}
