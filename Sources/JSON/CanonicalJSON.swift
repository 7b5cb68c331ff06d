/// One representation for all ways to write the same JSON value: members sorted by their names' bytes, no spaces, and numbers
/// by their exact value, so that 7, 7.0 and 0.7e1 are equal.
package enum CanonicalJSON {
  package static func bytes(_ value: JSONValue) -> [UInt8] { JSONWriter.write(sorted(value)) }

  private static func sorted(_ value: JSONValue) -> JSONValue {
    switch value {
    case .null, .bool, .string: value
    case .number(let number): .number(ExactDecimal(number).canonical)
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
