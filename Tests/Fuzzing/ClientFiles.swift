import JSON
import Platform
import TestSupport

extension FuzzDomain {
  /// A client's settings in JSON, with or without comments. What is set is there afterwards and what is removed is gone, or the
  /// file is refused.
  static let clientFiles = FuzzDomain(
    "client-files",
    examples: [
      "{\n  \"mcpServers\": {\n    \"seq\": {\n      \"command\": \"/bin/sequence-mcp\",\n"
        + "      \"args\": [\"serve\"]\n    }\n  }\n}\n",
      "{ // mine\n  \"theme\": \"dark\", /* more */\n  \"mcpServers\": {\"x\": {\"command\": \"y\"},},\n}\n", "{}", "",
      "{\r\n\t\"a\": [1, 2.50, {\"b\": null}],\r\n\t\"mcpServers\": {}\r\n}", "{\"a\":1,\"mcpServers\":{\"seq\":{}}}",
    ],
    snippets: [
      "{", "}", "[", "]", ",", ":", "\"", "//", "/*", "*/", "\n", "\r", "\u{FEFF}", "null", "\\", "\"mcpServers\":",
      "#", "'",
      "<<<<<<<", "True", "\u{0}", "1e5", "\"seq\":", "é",
    ]
  ) { bytes, dice in
    let allowsComments = dice.below(2) == 0
    do throws(JSONEditor.Fault) {
      var editor = try JSONEditor(bytes, allowsComments: allowsComments)
      let value: JSONValue = ["command": "/bin/x", "args": ["serve"]]
      if dice.below(2) == 0 {
        try editor.set(["mcpServers", "seq"], to: value)
        let again = try JSONEditor(editor.bytes, allowsComments: allowsComments)
        if again.value["mcpServers"]?["seq"] != value { return "what was set is not there" }
      } else if try editor.remove(["mcpServers", "seq"]) {
        let again = try JSONEditor(editor.bytes, allowsComments: allowsComments)
        if again.value["mcpServers"]?["seq"] != nil { return "what was removed is still there" }
      }
      return nil
    } catch {
      return error.message.isEmpty ? "a fault without words" : nil
    }
  }
}
