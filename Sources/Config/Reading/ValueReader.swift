import JSON
import Rules
import SourceYAML

/// How one kind of value is read from YAML, described in the JSON Schema and named in the reference.
struct ValueReader<Value: Sendable>: Sendable {
  /// In words for the reference: `text`, `money`, `true or false`. Made when it is asked for, as the schema is: reading needs
  /// neither, and they took a tenth of the start.
  let type: @Sendable () -> String
  let schema: @Sendable (inout SchemaDefinitions) -> JSONObject
  /// The value as the file would write it, to show defaults; nil where there is nothing to show.
  let encode: @Sendable (Value) -> JSONValue?
  /// Reports what is wrong and returns nil where there is no usable value.
  let read: @Sendable (YAMLNode, ValuePlace, inout ReadingContext) -> Value?
  /// Whether it takes a mapping over several lines.
  var isMapping = false

  init(
    type: @autoclosure @escaping @Sendable () -> String, schema: @autoclosure @escaping @Sendable () -> JSONObject,
    encode: @escaping @Sendable (Value) -> JSONValue? = { _ in nil },
    read: @escaping @Sendable (YAMLNode, ValuePlace, inout ReadingContext) -> Value?
  ) {
    self.init(type: type(), schema: { _ in schema() }, encode: encode, read: read)
  }

  init(
    type: @autoclosure @escaping @Sendable () -> String,
    schema: @escaping @Sendable (inout SchemaDefinitions) -> JSONObject,
    encode: @escaping @Sendable (Value) -> JSONValue? = { _ in nil },
    read: @escaping @Sendable (YAMLNode, ValuePlace, inout ReadingContext) -> Value?
  ) {
    self.type = type
    self.schema = schema
    self.encode = encode
    self.read = read
  }

  /// The same value, wrapped: for a property that is optional or of another type.
  func map<Result: Sendable>(
    _ transform: @escaping @Sendable (Value) -> Result, back: @escaping @Sendable (Result) -> Value? = { _ in nil }
  ) -> ValueReader<Result> {
    var reader = ValueReader<Result>(
      type: type(), schema: schema, encode: { back($0).flatMap(self.encode) },
      read: { node, place, context in self.read(node, place, &context).map(transform) })
    reader.isMapping = isMapping
    return reader
  }
}
