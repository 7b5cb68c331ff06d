package import JSON

/// A payload's YAML tree with its placeholders parsed: rendered with arguments it becomes a JSON tree, in one pass.
/// What was substituted is never read as a template again.
package struct PayloadTemplate: Sendable {
  package let root: TemplateNode

  /// - Parameter root: an object, as CONFIG.md (Payload templates) wants a payload to be.
  package init(root: TemplateNode) { self.root = root }

  /// The names of the parameters that stand in any placeholder, each once, in the order of the tree.
  package var referencedParameters: [String] {
    var seen = Set<String>()
    return root.strings.flatMap(\.placeholders).map(\.name)
      .filter { BuiltinValue(rawValue: $0) == nil && seen.insert($0).inserted }
  }

  /// Whether two equal calls may render different payloads, because the time or a random value stands in it.
  package var isVolatile: Bool {
    root.strings.flatMap(\.placeholders).contains { BuiltinValue(rawValue: $0.name)?.isVolatile ?? false }
  }

  /// The request body for one call.
  package func render(_ arguments: BoundArguments, _ context: RenderContext) -> JSONValue {
    root.render(arguments, context) ?? .object(JSONObject())
  }
}
