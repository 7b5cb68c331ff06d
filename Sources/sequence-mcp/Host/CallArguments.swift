import JSON

/// The arguments of `call` and `render`: `name=value...` or `--arguments JSON`.
enum CallArguments {
  static let option = Option.value("--arguments", "JSON", "all arguments as one JSON object")

  /// A value that is JSON of its own (`50`, `true`, `["a"]`) is taken as such, any other as text; tools take numbers
  /// written as text too, where that loses nothing.
  static func parse(_ words: ArraySlice<String>, json: String?) throws(CommandError) -> JSONObject {
    guard let json else { return try object(words) }
    guard words.isEmpty else { throw .usage("give either name=value or --arguments, not both") }
    do throws(JSONParseError) {
      if case .object(let object) = try JSONParser.parse(json) { return object }
    } catch {
      throw .usage("--arguments is not JSON: \(error)")
    }
    throw .usage("--arguments must be a JSON object")
  }

  private static func object(_ words: ArraySlice<String>) throws(CommandError) -> JSONObject {
    var object = JSONObject()
    for word in words {
      guard let equals = word.firstIndex(of: "="), equals != word.startIndex else {
        throw .usage("'\(word)' is not an argument; write name=value")
      }
      let name = String(word[..<equals])
      let text = String(word[word.index(after: equals)...])
      guard object[name] == nil else { throw .usage("the argument '\(name)' was given more than once") }
      object[name] = (try? JSONParser.parse(text)) ?? .string(text)
    }
    return object
  }
}
