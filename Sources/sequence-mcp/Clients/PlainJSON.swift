extension Client {
  /// The format of most other clients. The location of their file is in their manuals.
  static let plain = Client(
    name: "mcp-json", title: "any other client",
    isWritten: false,
    afterwards: { _ in "put it where your client's manual says" })
}
