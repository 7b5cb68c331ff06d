package import JSON
import Rules

/// The part of JSON Schema 2020-12 that this program's schemas use. Any other keyword is a fault.
package struct SchemaChecker {
  private let document: JSONValue

  package init(_ document: JSONValue) { self.document = document }

  package func accepts(_ value: JSONValue) -> Bool { faults(of: value).isEmpty }

  /// Returns what is wrong with the value, each fault with its location.
  package func faults(of value: JSONValue) -> [String] { faults(of: value, document, "") }

  private func accepts(_ value: JSONValue, _ schema: JSONValue) -> Bool { faults(of: value, schema, "").isEmpty }

  private func faults(of value: JSONValue, _ schema: JSONValue, _ place: String) -> [String] {
    guard let keywords = schema.objectValue else { return schema.boolValue == false ? ["\(place) is not allowed"] : [] }
    return keywords.members.flatMap { faults(of: value, $0.key, $0.value, keywords, place) }
  }

  private func faults(
    of value: JSONValue, _ keyword: String, _ argument: JSONValue, _ schema: JSONObject, _ place: String
  ) -> [String] {
    switch keyword {
    case "$ref":
      let name = (argument.stringValue ?? "").split(separator: "/").last.map(String.init) ?? ""
      return faults(of: value, document["$defs"]?[name] ?? false, place)
    case "items": return (value.arrayValue ?? []).flatMap { faults(of: $0, argument, place + "/*") }
    case "properties", "additionalProperties", "propertyNames":
      return (value.objectValue?.members ?? []).flatMap { faults(of: $0, keyword, argument, schema, place) }
    case "required":
      guard let object = value.objectValue else { return [] }
      return (argument.arrayValue ?? []).compactMap(\.stringValue).filter { object[$0] == nil }
        .map { "\(place)/\($0) is missing" }
    default:
      switch holds(value, keyword, argument) {
      case true?: return []
      case false?: return ["\(place) breaks '\(keyword)'"]
      case nil: return ["unknown keyword '\(keyword)'"]
      }
    }
  }

  /// Returns the faults of one member of an object.
  private func faults(
    of member: JSONObject.Member, _ keyword: String, _ argument: JSONValue, _ schema: JSONObject, _ place: String
  ) -> [String] {
    let place = place + "/" + member.key
    switch keyword {
    case "properties": return argument[member.key].map { faults(of: member.value, $0, place) } ?? []
    case "propertyNames": return faults(of: .string(member.key), argument, place)
    default:
      let isExtension = schema["patternProperties"] != nil && member.key.hasPrefix("x-")
      let isKnown = schema["properties"]?[member.key] != nil || isExtension
      return isKnown ? [] : faults(of: member.value, argument, place)
    }
  }

  /// Whether the value satisfies a keyword that applies to it as a whole; nil for an unknown keyword.
  private func holds(_ value: JSONValue, _ keyword: String, _ argument: JSONValue) -> Bool? {
    switch keyword {
    case "$schema", "$id", "$defs", "$comment", "title", "description", "default", "examples", "format",
      "patternProperties":
      true
    case "type": (argument.arrayValue ?? [argument]).contains { isType(value, $0.stringValue ?? "") }
    case "const": value == argument
    case "enum": argument.arrayValue?.contains(value) ?? false
    case "allOf": argument.arrayValue?.allSatisfy { accepts(value, $0) } ?? false
    case "anyOf": argument.arrayValue?.contains { accepts(value, $0) } ?? false
    case "oneOf": argument.arrayValue?.count { accepts(value, $0) } == 1
    case "not": !accepts(value, argument)
    case "maxProperties": (value.objectValue?.count ?? 0) <= argument.numberValue?.intValue ?? 0
    case "minItems": (value.arrayValue?.count ?? .max) >= argument.numberValue?.intValue ?? 0
    case "uniqueItems": value.arrayValue.map { Set($0).count == $0.count } ?? true
    case "minLength": (value.stringValue?.unicodeScalars.count ?? .max) >= argument.numberValue?.intValue ?? 0
    case "maxLength": (value.stringValue?.unicodeScalars.count ?? 0) <= argument.numberValue?.intValue ?? 0
    case "minimum": compare(value, argument) { !($0 < $1) }
    case "exclusiveMinimum": compare(value, argument) { $1 < $0 }
    case "maximum": compare(value, argument) { !($1 < $0) }
    case "pattern": value.stringValue.map { (try? Pattern(argument.stringValue ?? ""))?.matches($0) ?? false } ?? true
    default: nil
    }
  }

  private func isType(_ value: JSONValue, _ type: String) -> Bool {
    if type == "integer" { return value.numberValue.map { ExactDecimal($0).isWhole } ?? false }
    return value.typeName == type
  }

  private func compare(_ value: JSONValue, _ bound: JSONValue, _ holds: (ExactDecimal, ExactDecimal) -> Bool) -> Bool {
    guard let value = value.numberValue, let bound = bound.numberValue else { return true }
    return holds(ExactDecimal(value), ExactDecimal(bound))
  }
}
