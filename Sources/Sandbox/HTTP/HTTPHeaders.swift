/// A request's header fields; names are compared without regard to case (RFC 9110 section 5.1).
struct HTTPHeaders: Sendable {
  private var fields: [(name: String, value: String)] = []

  /// The first value of that name, which is given in lower case.
  subscript(name: String) -> String? { fields.first { $0.name == name }?.value }

  /// How often a field of that name came.
  func count(of name: String) -> Int { fields.count { $0.name == name } }

  /// Takes one line, without its line end, into the fields.
  /// - Throws: `HTTPFault.malformed` where the line is no `name: value` (RFC 9112 section 5).
  mutating func append(line: [UInt8]) throws(HTTPFault) {
    guard let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > 0,
      line[..<colon].allSatisfy({ $0 > 0x20 && $0 < 0x7F }), !line.contains(0)
    else { throw .malformed("a header line that is not 'name: value'") }
    let isSpace = { (byte: UInt8) in byte == 0x20 || byte == 0x09 }
    let value = line[(colon + 1)...].drop(while: isSpace)
    let end = value.lastIndex { !isSpace($0) }.map { $0 + 1 } ?? value.startIndex
    fields.append(
      (
        String(decoding: line[..<colon], as: UTF8.self).lowercased(),
        String(decoding: value[..<end], as: UTF8.self)
      ))
  }
}
