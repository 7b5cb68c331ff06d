import JSON
import SourceYAML

/// A YAML mapping with fixed keys: their list is all there is to say about reading it.
struct Section<Value: Sendable>: Sendable {
  /// Its name in the schema's `$defs`.
  let name: String
  let documentation: String
  /// Makes the value before any key is read: its properties are the defaults.
  let initial: @Sendable () -> Value
  let keys: [Key<Value>]
  /// Whether keys that start with `x-` are taken and ignored.
  var allowsExtensions = false
  /// What the JSON Schema says beside the keys.
  var keywords: @Sendable () -> [(String, JSONValue)] = { [] }
  /// What is derived or judged when all keys are read.
  var finish: @Sendable (inout Value, SectionScope, inout ReadingContext) -> Void = { _, _, _ in }

  /// nil where the node is no mapping; else the value with all that could be read of it.
  /// - Parameter ownerRange: where a missing key is reported.
  func read(
    _ node: YAMLNode, _ place: Place, ownerRange: SourceRange, _ context: inout ReadingContext
  ) -> Value? {
    var value = initial()
    return read(node, place, ownerRange: ownerRange, into: &value, &context) ? value : nil
  }

  /// The same into a value that starts as `initial()`, for callers that set more of it.
  /// - Returns: false where the node is no mapping.
  func read(
    _ node: YAMLNode, _ place: Place, ownerRange: SourceRange, into value: inout Value, _ context: inout ReadingContext
  ) -> Bool {
    guard !node.isFaulty else { return false }
    guard case .mapping(let entries) = node.content else {
      // In the place of a mapping that names a secret, the secret itself may stand.
      if keys.contains(where: { SecretGuess.isSecretKey($0.name) }) { context.hide(node.range) }
      context.reportWrongType(
        node, subject: place.description, expected: "a mapping of keys", help: "its keys are \(keyNames)")
      return false
    }
    // By position, here and below: a loop over the elements would copy each.
    var next = 0
    for index in entries.indices {
      if let key = position(of: entries[index].key, from: next) {
        next = key + 1
        if !entries[index].value.isFaulty { keys[key].read(entries[index].value, place, &value, &context) }
      } else if !(allowsExtensions && entries[index].key.utf8.starts(with: "x-".utf8)) {
        reportUnknown(entries[index], place, &context)
      }
    }
    for index in keys.indices where keys[index].isRequired && !node.has(keys[index].name) {
      let key = keys[index]
      context.report(
        .missingKey, "\(place.description) lacks the key \(quoted(key.name))", help: key.documentation, at: ownerRange)
    }
    finish(&value, SectionScope(node: node, place: place, ownerRange: ownerRange), &context)
    return true
  }

  /// Where the key of that name stands among the declared ones; first from `start` on, since many a file keeps their order.
  private func position(of name: String, from start: Int) -> Int? {
    for offset in keys.indices {
      let index = (start + offset) % keys.count
      if keys[index].name.hasSameBytes(as: name) { return index }
    }
    return nil
  }

  private var keyNames: String { keys.map(\.name).joined(separator: ", ") }

  private func reportUnknown(_ entry: YAMLNode.Entry, _ place: Place, _ context: inout ReadingContext) {
    let nearest = nearest(to: entry.key, keys.map(\.name))
    if SecretGuess.isSecretKey(entry.key) || nearest.map(SecretGuess.isSecretKey) == true {
      context.hideInlineSecret(entry.value)
    }
    context.report(
      .unknownKey, "unknown key \(quoted(entry.key)) in \(place.description)",
      help: nearest.map(Suggestion.question) ?? "the keys here are \(keyNames)", at: entry.keyRange)
  }

  /// The JSON Schema of the mapping (2020-12).
  func schema(_ definitions: inout SchemaDefinitions) -> JSONObject {
    var properties = JSONObject()
    for key in keys {
      var schema = key.schema(&definitions)
      schema["description"] = .string(key.documentation)
      if let value = key.defaultValue(initial()) { schema["default"] = value }
      properties.append(key.name, .object(schema))
    }
    var schema: JSONObject = [
      "type": "object", "description": .string(documentation), "properties": .object(properties),
    ]
    if allowsExtensions { schema.append("patternProperties", ["^x-": true]) }
    let required = keys.filter(\.isRequired).map { JSONValue.string($0.name) }
    if !required.isEmpty { schema.append("required", .array(required)) }
    for (name, value) in keywords() { schema.append(name, value) }
    schema.append("additionalProperties", false)
    return schema
  }
}

/// A section's node with its whereabouts, for what is judged after its keys were read.
struct SectionScope {
  let node: YAMLNode
  let place: Place
  /// The key that owns the section.
  let ownerRange: SourceRange

  /// The range of a key's value, found by its path; the section's own key where it is not there.
  func range(_ path: String...) -> SourceRange {
    var node = node
    for key in path {
      guard let next = node[key] else { return ownerRange }
      node = next
    }
    return node.range
  }
}

extension SectionScope {
  /// Goes through the rules of the whole file with their entries; both are in its order, and an entry that is no rule is
  /// passed over.
  func forEachRule(of configuration: Configuration, _ body: (Rule, YAMLNode.Entry) -> Void) {
    let entries = node["rules"]?.entries ?? []
    var next = 0
    for index in configuration.rules.indices {
      while next < entries.count {
        next += 1
        guard entries[next - 1].key.hasSameBytes(as: configuration.rules[index].alias) else { continue }
        body(configuration.rules[index], entries[next - 1])
        break
      }
    }
  }
}

extension ValueReader {
  /// A section below a key. Its table is not made before a file has it, which few sections are worth at every start.
  static func section(_ section: @autoclosure @escaping @Sendable () -> Section<Value>) -> ValueReader {
    ValueReader(
      type: "mapping",
      schema: { definitions in
        let section = section()
        return definitions.reference(section.name, section.schema)
      },
      read: { node, place, context in
        section().read(node, .section(place.key), ownerRange: node.range, &context)
      })
  }
}
