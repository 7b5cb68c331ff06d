import JSON
import Rules
import SourceYAML

/// A key of a section. Its one-line declaration drives reading, the unknown-key and missing-key errors, and the JSON Schema,
/// from which the page `ConfigurationReference.md` is generated.
struct Key<Owner>: Sendable {
  let name: String
  let isRequired: Bool
  /// A sample value, shown if the key is missing.
  let sample: String?
  /// Whether its value may be a mapping, whose lines are indented below it.
  let isMapping: Bool
  let documentation: String
  let schema: @Sendable (inout SchemaDefinitions) -> JSONObject
  /// The default as the file would write it; nil if there is none to show.
  let defaultValue: @Sendable (Owner) -> JSONValue?
  /// Reads the entry into the owner. An unusable entry, whose error was already reported, is stored without a value.
  let read: @Sendable (YAMLNode.Entry, _ isUsable: Bool, Owner, inout ReadingContext) -> Void
}

extension Key {
  /// Creates a key whose default is that of its property.
  /// - Parameter place: Where checks that point at the key find it.
  init<Value>(
    _ name: String, _ property: @escaping PropertyAccess<Owner, Value>,
    at place: PropertyAccess<Owner, Located<Value>?>? = nil, _ reader: ValueReader<Value>,
    required: Bool = false, sample: String? = nil, _ documentation: String
  ) {
    self.init(
      name, at: place, reader, required: required, sample: sample, default: { value(of: $0, property) }, documentation
    ) { owner, value in property(owner) { $0 = value } }
  }

  /// Creates a key whose property is nil if the file does not set it.
  init<Value>(
    _ name: String, _ property: @escaping PropertyAccess<Owner, Value?>, _ reader: ValueReader<Value>,
    _ documentation: String
  ) {
    self.init(name, property, reader.map(Optional.some, back: { $0 }), documentation)
  }

  /// Creates a key whose value is converted by its owner.
  /// - Parameters:
  ///   - place: Where checks that point at the key find it.
  ///   - default: Returns the value that is equivalent to omitting the key; nil if there is none to show.
  ///   - make: Stores the value in the owner.
  init<Value>(
    _ name: String, at place: PropertyAccess<Owner, Located<Value>?>?, _ reader: ValueReader<Value>,
    required isRequired: Bool = false, sample: String? = nil,
    default: @escaping @Sendable (Owner) -> Value? = { _ in nil }, _ documentation: String,
    make: @escaping @Sendable (Owner, Value) -> Void
  ) {
    self.init(
      name: name, isRequired: isRequired, sample: sample, isMapping: reader.isMapping, documentation: documentation,
      schema: reader.schema,
      defaultValue: { isRequired ? nil : `default`($0).flatMap(reader.encode) },
      read: { entry, isUsable, owner, context in
        let key = KeyContext(key: name, isRequired: isRequired)
        let value = isUsable ? reader.read(entry.value, key, &context) : nil
        context.noteErrorsOfAliases(in: entry.value)
        place?(owner) { $0 = Located(value, of: entry) }
        if let value { make(owner, value) }
      })
  }
}

/// Access to a property of a section's value for reading or modifying it: `{ $1(&$0.minimum) }`. A key path would say the same
/// in fewer characters, but creating key paths at run time took a fifth of the startup time.
typealias PropertyAccess<Owner, Value> = @Sendable (Owner, (inout Value) -> Void) -> Void

private func value<Owner, Value>(of owner: Owner, _ property: PropertyAccess<Owner, Value>) -> Value {
  var value: Value?
  property(owner) { value = $0 }
  guard let value else { preconditionFailure("an access calls its body") }
  return value
}

/// The key whose value is being read, for messages.
struct KeyContext: Sendable {
  let key: String
  /// Whether the section requires the key.
  var isRequired = false
  /// Whether the value is an element of the key's list.
  var isItem = false
  /// The help for an empty value that needs more than a text.
  var wanted: String?

  /// The key in quotes.
  var subject: String { isItem ? "an item of \(quoted(key))" : quoted(key) }

  /// The help for a missing text.
  var emptyHelp: String {
    wanted ?? (isRequired ? "write some text; the key is required" : "write some text, or remove the key")
  }

  /// The help for a value that YAML does not read as text.
  func quoteHelp(_ text: String) -> String { "quote it: \(isItem ? "" : "\(key): ")\"\(text)\"" }
}
