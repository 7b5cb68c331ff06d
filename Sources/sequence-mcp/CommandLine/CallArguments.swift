import JSON
import Platform

/// The arguments of `call` and `render`: `name=value...` or `--arguments JSON`.
struct CallArguments {
  static let option = Option.value("--arguments", "JSON", "all arguments as one JSON object")

  private let object: JSONObject?
  private var texts: [(name: String, text: String)] = []

  init(_ words: ArraySlice<String>, json: String?) throws(CommandError) {
    object = try json.map { text throws(CommandError) in try CallArguments.object(text) }
    guard object == nil || words.isEmpty else { throw .usage("give either name=value or --arguments, not both") }
    for word in words {
      guard let equals = word.utf8.firstIndex(of: UInt8(ascii: "=")), equals != word.startIndex else {
        throw .usage("'\(word)' is not an argument; write name=value")
      }
      let name = String(word[..<equals])
      guard !texts.contains(where: { $0.name.hasSameBytes(as: name) }) else {
        throw .usage("the argument '\(name)' was given more than once")
      }
      texts.append((name, String(word[word.utf8.index(after: equals)...])))
    }
  }

  /// Returns the arguments as JSON, each text as a value of the type that the tool declares.
  /// - Parameter schema: The tool's `inputSchema`.
  func object(for schema: JSONObject) -> JSONObject {
    object
      ?? JSONObject(
        texts.map { name, text in
          (name, CallArguments.value(text, schema["properties"]?[name]?["type"]?.stringValue))
        })
  }

  /// Text that is not a value of the type stays text, which the tool then refuses by name.
  private static func value(_ text: String, _ type: String?) -> JSONValue {
    switch type {
    case "number", "integer": JSONNumber(text).map { .number($0) } ?? .string(text)
    case "object", "array": (try? JSONParser.parse(text)) ?? .string(text)
    // The tool takes 'true' and 'false' as texts for a boolean.
    default: .string(text)
    }
  }

  private static func object(_ json: String) throws(CommandError) -> JSONObject {
    let value = try CommandError.mapping(try JSONParser.parse(json)) { (error: JSONParseError) in
      .usage("--arguments is not JSON: \(error)")
    }
    guard case .object(let object) = value else { throw .usage("--arguments must be a JSON object") }
    return object
  }
}
