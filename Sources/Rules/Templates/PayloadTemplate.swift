package import JSON

/// A payload's YAML tree with its placeholders parsed: rendered with arguments it becomes a JSON tree, in one pass.
/// What was substituted is never read as a template again.
package struct PayloadTemplate: Sendable {
  package let root: TemplateNode

  /// - Parameter root: an object, since a payload is one.
  package init(root: TemplateNode) { self.root = root }

  /// The request body for one call.
  package func render(_ arguments: BoundArguments, _ context: RenderContext) -> JSONValue {
    root.render(arguments, context) ?? .object(JSONObject())
  }
}
