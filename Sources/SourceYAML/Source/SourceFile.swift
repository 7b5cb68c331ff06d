/// A configuration file's text, read once; every diagnostic's excerpt comes from here.
package struct SourceFile: Sendable {
  /// The name to show: the path as the user gave it, or `<stdin>`.
  package let name: String
  /// The text in UTF-8, as it was read.
  package let bytes: [UInt8]

  package init(name: String, bytes: [UInt8]) {
    self.name = name
    self.bytes = bytes
  }
}
