import JSON
import Platform

/// One line of the log before it is written.
struct LogLine: Sendable {
  /// In milliseconds since 1970.
  let time: Int64
  let level: LogLevel
  let message: String
  let fields: [(key: String, value: JSONValue)]

  /// The line without its newline, free of control characters, scrubbed and then cut to `limit` bytes: cutting first could
  /// leave the half of a secret that no scrubber knows.
  func bytes(_ format: LogFormat, limit: Int, scrub: ([UInt8]) -> [UInt8]) -> [UInt8] {
    switch format {
    case .text: Array(scrub(Array(text.utf8)).prefix(limit))
    case .json: json(limit: limit, scrub: scrub)
    }
  }

  /// `2026-11-22T15:56:12.034Z info  call finished tool=x ms=12`
  private var text: String {
    let padded = level.rawValue + String(repeating: " ", count: max(0, 5 - level.rawValue.utf8.count))
    let shown = fields.map { " \($0.key)=\(LogLine.shown($0.value))" }.joined()
    return "\(Timestamp.rfc3339(milliseconds: time)) \(padded) \(VisibleText.escaped(message))\(shown)"
  }

  private func json(limit: Int, scrub: ([UInt8]) -> [UInt8]) -> [UInt8] {
    let head: [(String, JSONValue)] = [
      ("time", .string(Timestamp.rfc3339(milliseconds: time))), ("level", .string(level.rawValue)),
    ]
    let whole = scrub(JSONWriter.write(.object(JSONObject(head + [("message", .string(message))] + fields))))
    if whole.count <= limit { return whole }
    // Cut inside the message, where the line stays JSON: an escape takes up to six bytes of the line for one of the text.
    let start = String(decoding: scrub(Array(message.utf8)).prefix(limit / 8), as: UTF8.self)
    return JSONWriter.write(.object(JSONObject(head + [("message", .string(start)), ("cut", true)])))
  }

  /// A field's value: bare where it is one plain word or number, else as JSON.
  private static func shown(_ value: JSONValue) -> String {
    if case .string(let text) = value, !text.isEmpty, text.utf8.allSatisfy(isPlain) { return text }
    return VisibleText.escaped(JSONWriter.text(value))
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    byte > 0x20 && byte < 0x7F && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "=") && byte != UInt8(ascii: "\\")
  }
}
