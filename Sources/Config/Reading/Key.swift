import JSON
import Rules
import SourceYAML

/// One key of a section, declared in one line: from it come reading, the unknown-key and missing-key errors, the JSON
/// Schema and the README's reference.
struct Key<Owner: Sendable>: Sendable {
  let name: String
  let isRequired: Bool
  /// What may stand behind the key, to show where it is missing.
  let sample: String?
  /// Whether it takes a mapping, whose lines are indented below it.
  let isMapping: Bool
  let documentation: String
  /// What it takes, in words for the reference.
  let type: @Sendable () -> String
  let schema: @Sendable (inout SchemaDefinitions) -> JSONObject
  /// The default as the file would write it; nil where there is none to show.
  let defaultValue: @Sendable (Owner) -> JSONValue?
  let read: @Sendable (YAMLNode, Place, inout Owner, inout ReadingContext) -> Void
}

extension Key {
  /// A key whose default is its property's own.
  init<Value: Sendable>(
    _ name: String, _ path: any WritableKeyPath<Owner, Value> & Sendable, _ reader: ValueReader<Value>,
    required: Bool = false, sample: String? = nil, _ documentation: String
  ) {
    let property = access(path)
    self.init(
      name: name, isRequired: required, sample: sample, isMapping: reader.isMapping, documentation: documentation,
      type: reader.type, schema: reader.schema,
      defaultValue: { required ? nil : reader.encode(value(of: $0, property)) },
      read: { node, place, owner, context in
        if let value = reader.read(node, ValuePlace(key: name, owner: place), &context) {
          property(&owner) { $0 = value }
        }
      })
  }

  /// A key whose property is nil where the file does not set it.
  init<Value: Sendable>(
    _ name: String, _ path: any WritableKeyPath<Owner, Value?> & Sendable, _ reader: ValueReader<Value>,
    required: Bool = false, sample: String? = nil, _ documentation: String
  ) {
    let property = access(path)
    self.init(
      name: name, isRequired: required, sample: sample, isMapping: reader.isMapping, documentation: documentation,
      type: reader.type, schema: reader.schema,
      defaultValue: { required ? nil : value(of: $0, property).flatMap(reader.encode) },
      read: { node, place, owner, context in
        if let value = reader.read(node, ValuePlace(key: name, owner: place), &context) {
          property(&owner) { $0 = value }
        }
      })
  }
}

/// A property of a section's value, lent to be read or changed.
typealias PropertyAccess<Owner, Value> = @Sendable (inout Owner, (inout Value) -> Void) -> Void

/// The property that a key path names. Written so that the optimizer makes a plain access of it, for which the path may be used
/// only once and not be typed `& Sendable`, which it is all the same: making key paths at run time took a fifth of the start.
func access<Owner, Value>(_ path: any WritableKeyPath<Owner, Value> & Sendable) -> PropertyAccess<Owner, Value> {
  // `nonisolated(unsafe)`: the parameter's own type proves it `Sendable`; only the type written here no longer says so.
  nonisolated(unsafe) let path: WritableKeyPath<Owner, Value> = path
  return { owner, body in body(&owner[keyPath: path]) }
}

private func value<Owner, Value>(of owner: Owner, _ property: PropertyAccess<Owner, Value>) -> Value {
  var owner = owner
  var value: Value?
  property(&owner) { value = $0 }
  guard let value else { preconditionFailure("an access calls its body") }
  return value
}

/// The key whose value is being read, and what it belongs to, for messages.
struct ValuePlace: Sendable {
  let key: String
  let owner: Place

  /// The key in quotes.
  var subject: String { quoted(key) }
}
