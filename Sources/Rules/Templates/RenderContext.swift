/// What a template's built-in values are taken from; one for each call.
package struct RenderContext: Sendable {
  package let alias: String
  /// Since 1970-01-01T00:00:00Z.
  package let nowMilliseconds: Int64
  /// Makes the next `$uuid`.
  package let uuid: @Sendable () -> String

  package init(alias: String, nowMilliseconds: Int64, uuid: @escaping @Sendable () -> String = UUIDText.random) {
    self.alias = alias
    self.nowMilliseconds = nowMilliseconds
    self.uuid = uuid
  }
}
