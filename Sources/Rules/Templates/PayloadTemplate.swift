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

/// One node of a payload template's tree, as it stands in the file.
package indirect enum TemplateNode: Sendable {
  case null
  case bool(Bool)
  case number(JSONNumber)
  case string(TemplateString)
  case array([TemplateNode])
  /// In the order of the file, with distinct keys; keys are not templated.
  case object([(key: String, value: TemplateNode)])

  /// Goes through the placeholders of the tree, from the top down.
  package func forEachPlaceholder(_ body: (TemplateString.Placeholder) -> Void) {
    switch self {
    case .null, .bool, .number: break
    case .string(let string): string.forEachPlaceholder(body)
    case .array(let items): for item in items { item.forEachPlaceholder(body) }
    case .object(let members): for index in members.indices { members[index].value.forEachPlaceholder(body) }
    }
  }

  /// The JSON value; nil for a placeholder whose argument was left out, so that its key or list item goes with it.
  func render(_ arguments: BoundArguments, _ context: RenderContext) -> JSONValue? {
    switch self {
    case .null: return .null
    case .bool(let value): return .bool(value)
    case .number(let number): return .number(number)
    case .string(let string): return string.render(arguments, context)
    case .array(let items): return .array(items.compactMap { $0.render(arguments, context) })
    case .object(let members):
      var object = JSONObject()
      for (key, node) in members {
        if let value = node.render(arguments, context) { object.append(key, value) }
      }
      return .object(object)
    }
  }
}
