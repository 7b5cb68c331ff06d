extension Client {
  /// The form that most other clients take; where their file is, only their manual knows.
  static let plain = Client(
    name: "mcp-json", title: "any other client",
    settings: { _ in [] },
    isWritten: false,
    mark: { _ in nil },
    afterwards: { _ in "put it where your client's manual says" })
}
