import JSON

@testable import Config

/// As much of JSON Schema 2020-12 as the configuration's own schema uses.
struct SchemaChecker {
  let document: JSONValue

  func accepts(_ value: JSONValue) -> Bool { accepts(value, document) }

  private func accepts(_ value: JSONValue, _ schema: JSONValue) -> Bool {
    guard let keywords = schema.objectValue else { return schema.boolValue ?? true }
    return keywords.members.allSatisfy { accepts(value, $0.key, $0.value, keywords) }
  }

  private func accepts(_ value: JSONValue, _ keyword: String, _ argument: JSONValue, _ schema: JSONObject) -> Bool {
    switch keyword {
    case "$ref":
      let name = (argument.stringValue ?? "").split(separator: "/").last.map(String.init) ?? ""
      return accepts(value, document["$defs"]?[name] ?? false)
    case "type": return (argument.arrayValue ?? [argument]).contains { isType(value, $0.stringValue ?? "") }
    case "const": return value == argument
    case "enum": return argument.arrayValue?.contains(value) ?? false
    case "anyOf": return argument.arrayValue?.contains { accepts(value, $0) } ?? false
    case "oneOf": return argument.arrayValue?.filter { accepts(value, $0) }.count == 1
    case "not": return !accepts(value, argument)
    case "required":
      guard let object = value.objectValue else { return true }
      return argument.arrayValue?.allSatisfy { object[$0.stringValue ?? ""] != nil } ?? false
    case "properties", "patternProperties", "additionalProperties", "propertyNames":
      guard let object = value.objectValue else { return true }
      return object.members.allSatisfy { accepts($0, keyword, argument, schema) }
    case "items": return value.arrayValue?.allSatisfy { accepts($0, argument) } ?? true
    case "maxProperties": return (value.objectValue?.count ?? 0) <= argument.numberValue?.intValue ?? 0
    case "minItems": return (value.arrayValue?.count ?? .max) >= argument.numberValue?.intValue ?? 0
    case "uniqueItems": return value.arrayValue.map { Set($0).count == $0.count } ?? true
    case "minLength": return (value.stringValue?.unicodeScalars.count ?? .max) >= argument.numberValue?.intValue ?? 0
    case "minimum": return compare(value, argument) { $0 >= $1 }
    case "maximum": return compare(value, argument) { $0 <= $1 }
    case "pattern":
      guard let text = value.stringValue else { return true }
      return (try? Pattern(argument.stringValue ?? ""))?.matches(text) ?? false
    default: return true
    }
  }

  private func accepts(
    _ member: JSONObject.Member, _ keyword: String, _ argument: JSONValue, _ schema: JSONObject
  ) -> Bool {
    switch keyword {
    case "properties": return argument[member.key].map { accepts(member.value, $0) } ?? true
    case "patternProperties": return true
    case "propertyNames": return accepts(.string(member.key), argument)
    default:
      let isKnown = schema["properties"]?[member.key] != nil
      let isExtension = schema["patternProperties"] != nil && member.key.hasPrefix("x-")
      return isKnown || isExtension || accepts(member.value, argument)
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
