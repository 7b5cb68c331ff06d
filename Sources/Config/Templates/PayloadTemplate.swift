import JSON

/// A payload's YAML tree with its placeholders parsed: rendered with arguments it becomes a JSON tree, in one pass.
package struct PayloadTemplate: Sendable {
}
