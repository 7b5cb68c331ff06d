import JSON

/// The configuration language as tables, for the page `ConfigurationReference.md`.
enum ConfigurationReference {
  /// The headings, each with the section's name in the schema's `$defs`.
  private static let sections = [
    ("Top level", nil), ("`sequence`", "sequence"), ("`sequence.platform`", "platform"), ("`server`", "server"),
    ("`tools`", "tools"), ("`tools.get_accounts`, as a mapping", "getAccounts"),
    ("`tools.trigger_rule`", "triggerRule"), ("`tools.trigger_rule.limits`", "triggerRuleLimits"),
    ("`tools.trigger_rule.confirm`, as a mapping", "confirmationWithoutAmount"),
    ("`limits` (over all rules together)", "globalLimits"), ("`rules.ALIAS`", "rule"),
    ("`rules.ALIAS.parameters.NAME`", "parameter"), ("`rules.ALIAS.limits`", "limits"),
    ("`rules.ALIAS.confirm`, as a mapping", "confirmation"), ("`rules.ALIAS.annotations`", "annotations"),
    ("`rules.ALIAS.examples[]`", "example"),
    ("A secret reference: one of these keys, and `cache` beside `command`", "secretReference"),
  ]

  /// One table per section.
  /// - Parameter document: The language's JSON Schema.
  static func markdown(of document: JSONValue) -> String {
    sections.map { title, name in
      table(title, name.map { document["$defs"]?[$0] ?? .null } ?? document)
    }.joined(separator: "\n")
  }

  private static func table(_ title: String, _ section: JSONValue) -> String {
    let required = section["required"]?.arrayValue ?? []
    // Each form of a secret reference has keys of its own; the one that it needs comes first.
    let forms = section["properties"] == nil ? section["oneOf"]?.arrayValue ?? [] : [section]
    let members = forms.flatMap { form in
      let members = form["properties"]?.objectValue?.members ?? []
      guard forms.count > 1, let first = form["required"]?.arrayValue?.first?.stringValue else { return members }
      return members.filter { $0.0 == first } + members.filter { $0.0 != first }
    }
    let rows = members.map { key, schema in
      let value =
        required.contains(.string(key)) ? "**required**" : schema["default"].map { "`\(JSONWriter.text($0))`" } ?? ""
      let cells = [type(of: schema), value, schema["description"]?.stringValue ?? ""].map {
        // A bar would end the cell.
        $0.split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|")
      }
      return "| `\(key)` | \(cells.joined(separator: " | ")) |\n"
    }
    return "#### \(title)\n\n| key | type | default | meaning |\n| --- | --- | --- | --- |\n" + rows.joined()
  }

  /// Returns the values of a schema in words: `text`, `money`, `true or false`.
  private static func type(of schema: JSONValue) -> String {
    if let value = schema["const"] { return value.stringValue.map { "'\($0)'" } ?? JSONWriter.text(value) }
    if let words = schema["enum"]?.arrayValue { return alternatives(words.map { "'\($0.stringValue ?? "")'" }) }
    if let name = name(of: schema) { return name == "secret reference" ? name : "mapping" }
    if let element = schema["additionalProperties"].flatMap(name) { return "mapping of \(element)s" }
    if let element = schema["items"] { return "list of " + (name(of: element).map { $0 + "s" } ?? type(of: element)) }
    if let forms = schema["anyOf"]?.arrayValue, let first = forms.first, let last = forms.last {
      if first["items"] != nil { return "list of " + alternatives(forms.map { type(of: $0["items"] ?? .null) + "s" }) }
      // In quotes, too.
      if first["type"] == "number" { return first["minimum"] == nil ? "number" : "money" }
      return type(of: first).replacing(" or ", with: ", ") + " or "
        + (name(of: last) == nil ? type(of: last) : "a mapping")
    }
    if let types = schema["type"]?.arrayValue {
      return alternatives(types.map { $0 == "string" ? "text" : $0.stringValue ?? "" })
    }
    switch schema["type"] {
    case "string": return schema["pattern"]?.stringValue?.hasSuffix("[smhd]$") == true ? "duration" : "text"
    case "integer":
      guard let least = schema["minimum"], let most = schema["maximum"] else { return "whole number" }
      return "whole number, \(JSONWriter.text(least)) to \(JSONWriter.text(most))"
    case "number": return "number"
    case "boolean": return "true or false"
    case "object": return "mapping"
    default: return "any value"
    }
  }

  /// Returns the definition that a schema refers to, in words: `secret reference`.
  private static func name(of schema: JSONValue) -> String? {
    let name = schema["$ref"]?.stringValue.map { $0.split(separator: "/").last ?? "" }
    return name.map { $0.map { $0.isUppercase ? " " + $0.lowercased() : String($0) }.joined() }
  }

  private static func alternatives(_ words: [String]) -> String {
    words.count == 1 ? words[0] : words.dropLast().joined(separator: ", ") + " or " + (words.last ?? "")
  }
}
