import JSON
import Platform

/// A request that is JSON by its grammar, and that the parser refuses. `JSON.stringify` writes half of a surrogate pair for a
/// text that was cut inside an emoji (RFC 8259 section 8.2). Without an answer under its id, its client would wait for one.
enum UnreadableRequest {
  private static let reasons: Set<JSONParseError.Reason> = [.loneSurrogate, .tooDeep, .duplicateKey]

  /// Returns the request's id, found without parsing the other values. nil if the line is not such a request, or the id is
  /// ambiguous.
  static func id(in line: ArraySlice<UInt8>, refusedFor reason: JSONParseError.Reason) -> RequestID? {
    guard reasons.contains(reason), let members = members(of: line), members["method"]?.count == 1,
      !members["method", default: []].contains(where: isNull),
      !(members["result", default: []] + members["error", default: []]).contains(where: { !isNull($0) }),
      let values = members["id"], values.count == 1, let value = try? JSONParser.parse(values[0])
    else { return nil }
    return RequestID(value)
  }

  /// Some clients send every member, with null for an absent one.
  private static func isNull(_ value: ArraySlice<UInt8>) -> Bool { (try? JSONParser.parse(value)) == .null }

  private static let names = ["id", "method", "result", "error"]

  /// Returns the unparsed values of the object's `names`; nil if its brackets, quotes, colons and commas do not match.
  private static func members(of line: ArraySlice<UInt8>) -> [String: [ArraySlice<UInt8>]]? {
    guard let first = line.firstIndex(where: { !$0.isASCIISpace }), line[first] == UInt8(ascii: "{"),
      let last = line.lastIndex(where: { !$0.isASCIISpace })
    else { return nil }
    var members: [String: [ArraySlice<UInt8>]] = [:]
    var name: ArraySlice<UInt8>?
    var (depth, start, isQuoted, index) = (0, first + 1, false, first)
    while index <= last {
      let byte = line[index]
      if isQuoted, byte == UInt8(ascii: "\\") {
        index += 1
      } else if byte == UInt8(ascii: "\"") {
        isQuoted.toggle()
      } else if !isQuoted {
        if "{[".utf8.contains(byte) { depth += 1 }
        if "}]".utf8.contains(byte) { depth -= 1 }
        if depth == 0, index < last { return nil }
        if depth == 1, byte == UInt8(ascii: ":") {
          guard name == nil else { return nil }
          name = line[start..<index]
          start = index + 1
        } else if depth == 1 && byte == UInt8(ascii: ",") || depth == 0 {
          guard let written = name else { return nil }
          if case .string(let key)? = try? JSONParser.parse(written), names.contains(key) {
            members[key, default: []].append(line[start..<index])
          }
          (name, start) = (nil, index + 1)
        }
      }
      index += 1
    }
    return depth == 0 && !isQuoted ? members : nil
  }
}

/// Recognizes a line that is not JSON and may have been the client's answer to a question.
enum UnreadableAnswer {
  /// Returns the value of its member `id` if it is the id of a server request (`srv-7`), found without parsing the rest. nil if
  /// there are two different ones, since which question the line answers is then ambiguous.
  static func requestID(in line: [UInt8]) -> String? {
    let start = Array("\"id\":\"\(OpenCalls.requestPrefix)".utf8)
    var rest = line.filter { $0 != 0x20 && $0 != 0x09 }[...]
    var found: Set<String> = []
    while !rest.isEmpty {
      guard rest.starts(with: start) else {
        rest = rest.dropFirst()
        continue
      }
      let number = rest.dropFirst(start.count).prefix(while: \.isASCIIDigit)
      rest = rest[number.endIndex...]
      if rest.first == UInt8(ascii: "\"") {
        found.insert(OpenCalls.requestPrefix + String(decoding: number, as: UTF8.self))
      }
    }
    return found.count == 1 ? found.first : nil
  }
}

/// Explains why a line is not a message, based on what the client sent instead.
enum LineFault {
  /// - Parameter error: The parser's error.
  static func words(for error: JSONParseError, in line: ArraySlice<UInt8>) -> String {
    if TextEncoding.hasMark(line) { return "a byte order mark before the message; send UTF-8 without one" }
    if TextEncoding.isUTF16(line) { return "the message is UTF-16; send UTF-8" }
    if isHeader(line) { return "a header; a message is one line of JSON, without headers before it" }
    let isOpen = error.reason == .unexpectedEnd && [UInt8(ascii: "{"), UInt8(ascii: "[")].contains(line.first)
    if error.reason == .loneSurrogate { return "\(error), as of a cut emoji; send whole characters" }
    return "\(error)" + (isOpen ? "; a message is one line of JSON" : "")
  }

  /// Whether the line is a header such as `Content-Length: 120`, as in the Language Server Protocol's framing.
  private static func isHeader(_ line: ArraySlice<UInt8>) -> Bool {
    // The bit lowercases an ASCII letter and leaves `-` and `:` unchanged.
    let start = line.prefix("content-length:".utf8.count).map { $0 | 0x20 }
    return start.starts(with: "content-length:".utf8) || start.starts(with: "content-type:".utf8)
  }
}
