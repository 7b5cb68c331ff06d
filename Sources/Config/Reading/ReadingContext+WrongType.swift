import JSON
import Rules
import SourceYAML

extension ReadingContext {
  /// Reports that a node is not what its key takes, with what it is and how to write it right.
  mutating func reportWrongType(_ node: YAMLNode, subject: String, expected: String, help: String? = nil) {
    if case .numberLike(let text) = node.content {
      reportNumberSpelling(text, subject: subject, at: node.range)
      return
    }
    report(.wrongType, "\(subject) must be \(expected), not \(node.kindInWords)", help: help, at: node.range)
  }

  /// Reports a number that YAML knows and JSON does not, with how to write it.
  mutating func reportNumberSpelling(_ text: String, subject: String, at range: SourceRange) {
    let help =
      NumberSpelling.json(of: text).map { "write \($0) for the number, or \"\(text)\" in quotes for the text" }
      ?? "there is no such number in JSON; write a plain number, or put the text in quotes"
    report(
      .numberSpelling, "\(subject) is written as \(quoted(text)), which is no number in JSON", help: help, at: range)
  }
}

extension YAMLNode {
  /// What the node is, in words for messages, quoting nothing of it.
  var kindInWords: String {
    switch content {
    case .null: "empty"
    case .boolean(let value): "the boolean \(value)"
    case .number: "a number"
    case .string, .numberLike: "text"
    case .sequence: "a list"
    case .mapping: "a mapping"
    }
  }
}

/// How JSON writes the numbers that only YAML knows.
enum NumberSpelling {
  /// nil for infinity and the like.
  static func json(of text: String) -> String? {
    var body = text.utf8.first == UInt8(ascii: "+") ? String(text.dropFirst()) : text
    let sign = body.utf8.first == UInt8(ascii: "-") ? "-" : ""
    body = String(body.dropFirst(sign.utf8.count))
    for (prefix, radix) in [("0x", 16), ("0o", 8)] where body.utf8.starts(with: prefix.utf8) {
      return Int(body.dropFirst(2), radix: radix).map { sign + String($0) }
    }
    while body.utf8.count > 1, body.utf8.first == UInt8(ascii: "0"), isDigit(body.utf8.dropFirst().first) {
      body.removeFirst()
    }
    if body.utf8.first == UInt8(ascii: ".") { body = "0" + body }
    var scalars = Array(body.unicodeScalars)
    if let point = scalars.firstIndex(of: "."), !(point + 1 < scalars.count && ("0"..."9").contains(scalars[point + 1]))
    {
      scalars.remove(at: point)
    }
    var written = ""
    written.unicodeScalars.append(contentsOf: scalars)
    return JSONNumber(sign + written)?.text
  }

  private static func isDigit(_ byte: UInt8?) -> Bool { byte.map { (0x30...0x39).contains($0) } ?? false }
}
