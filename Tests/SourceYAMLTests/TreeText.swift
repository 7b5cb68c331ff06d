import JSON
import SourceYAML

/// Reads a text without faults and returns its tree as compact JSON; `numberLike` is written as `#0123#`.
func tree(_ text: String) -> String {
  let (root, diagnostics) = YAMLDocument.parse(SourceFile(name: "config.yaml", bytes: Array(text.utf8)))
  if let first = diagnostics.first { return "\(first.id): \(first.message)" }
  return root.map(treeText) ?? "no tree"
}

func treeText(_ node: YAMLNode) -> String {
  switch node.content {
  case .null: "null"
  case .boolean(let value): String(value)
  case .number(let number): number.text
  case .string(let text): JSONWriter.text(.string(text))
  case .numberLike(let text): "#\(text)#"
  case .sequence(let elements): "[" + elements.map(treeText).joined(separator: ",") + "]"
  case .mapping(let entries):
    "{" + entries.map { JSONWriter.text(.string($0.key)) + ":" + treeText($0.value) }.joined(separator: ",") + "}"
  }
}
