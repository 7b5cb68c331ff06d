package import JSON

/// A request as it would go out, for people: its secret reads `<redacted>`.
package struct RequestDescription: Sendable, Hashable {
  /// Always `POST` (Sequence API docs, read 2026-11).
  package let method = "POST"
  package let url: String
  package let headers: [HTTPResponse.Header]
  package let body: JSONValue

  /// For `render --json`-like output and the result of a dry run.
  package var json: JSONValue {
    [
      "method": .string(method), "url": .string(url),
      "headers": .object(JSONObject(headers.map { ($0.name, .string($0.value)) })), "body": body,
    ]
  }

  /// As HTTP writes it, with the body indented.
  package var text: String {
    let lines = ["\(method) \(url)"] + headers.map { "\($0.name): \($0.value)" }
    return lines.joined(separator: "\n") + "\n\n" + JSONWriter.indentedText(body) + "\n"
  }
}
