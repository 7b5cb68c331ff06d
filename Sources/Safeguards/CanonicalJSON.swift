import JSON

/// One text for all ways of writing the same JSON value: members sorted by their names' bytes, no spaces, numbers as they were.
enum CanonicalJSON {
  static func bytes(_ value: JSONValue) -> [UInt8] { JSONWriter.write(sorted(value)) }

  private static func sorted(_ value: JSONValue) -> JSONValue {
    switch value {
    case .null, .bool, .number, .string: value
    case .array(let elements): .array(elements.map(sorted))
    case .object(let object):
      .object(
        JSONObject(
          object.members.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }.map {
            ($0.key, sorted($0.value))
          })
      )
    }
  }
}

extension JSONValue {
  /// The value with every text in it, names and numbers too, run through `scrub`.
  func scrubbed(by scrub: (String) -> String) -> JSONValue {
    switch self {
    case .null, .bool: return self
    case .string(let text): return .string(scrub(text))
    case .number(let number):
      let text = scrub(number.text)
      return text == number.text ? self : .string(text)
    case .array(let elements): return .array(elements.map { $0.scrubbed(by: scrub) })
    case .object(let object): return .object(object.scrubbed(by: scrub))
    }
  }
}

extension JSONObject {
  /// See `JSONValue.scrubbed(by:)`. Names that scrubbing makes equal are told apart by a number.
  func scrubbed(by scrub: (String) -> String) -> JSONObject {
    var result: [(String, JSONValue)] = []
    var changed = 0
    for (key, value) in members {
      var name = scrub(key)
      if !name.utf8.elementsEqual(key.utf8) {
        changed += 1
        name += "#\(changed)"
      }
      result.append((name, value.scrubbed(by: scrub)))
    }
    return JSONObject(result)
  }
}
