import JSON

/// As much of JSON Schema 2020-12 as the published output schemas use; any other keyword is a fault of its own.
enum SchemaChecker {
  static func faults(of value: JSONValue, _ schema: JSONValue, at path: String = "") -> [String] {
    (schema.objectValue?.members ?? []).flatMap { keyword, rule -> [String] in
      switch keyword {
      case "description": []
      case "type":
        isOf(value, rule.arrayValue ?? [rule]) ? [] : ["\(path) is of type \(value.typeName)"]
      case "enum": rule.arrayValue?.contains(value) == true ? [] : ["\(path) is not in the list"]
      case "required":
        (rule.arrayValue ?? []).compactMap(\.stringValue).filter { value[$0] == nil }.map { "\(path)/\($0) is missing" }
      case "properties":
        (rule.objectValue?.members ?? []).flatMap { name, schema in
          value[name].map { faults(of: $0, schema, at: path + "/" + name) } ?? []
        }
      case "items": (value.arrayValue ?? []).flatMap { faults(of: $0, rule, at: path + "/*") }
      default: ["unknown keyword \(keyword)"]
      }
    }
  }

  private static func isOf(_ value: JSONValue, _ types: [JSONValue]) -> Bool {
    types.contains { type in
      type.stringValue == value.typeName || type == "integer" && value.numberValue?.intValue != nil
    }
  }
}
