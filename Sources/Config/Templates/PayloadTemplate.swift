package import JSON

/// A payload's YAML tree with its placeholders parsed: rendered with arguments it becomes a JSON tree, in one pass.
/// What was substituted is never read as a template again.
package struct PayloadTemplate: Sendable {
  package let root: TemplateNode

  /// - Parameter root: an object, as CONFIG.md (Payload templates) wants a payload to be.
  package init(root: TemplateNode) { self.root = root }

  /// The names of the parameters that stand in any placeholder.
  package var referencedParameters: Set<String> {
    var names = Set<String>()
    root.forEachPlaceholder { if BuiltinValue(name: $0.name) == nil { names.insert($0.name) } }
    return names
  }

  /// Whether two equal calls may render different payloads, because the time or a random value stands in it.
  package var isVolatile: Bool {
    var isVolatile = false
    root.forEachPlaceholder { if BuiltinValue(name: $0.name)?.isVolatile == true { isVolatile = true } }
    return isVolatile
  }

  /// The request body for one call.
  package func render(_ arguments: BoundArguments, _ context: RenderContext) -> JSONValue {
    root.render(arguments, context) ?? .object(JSONObject())
  }
}
