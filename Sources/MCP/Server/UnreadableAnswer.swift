/// A line that is not JSON and may have been the client's answer to a question of ours.
enum UnreadableAnswer {
  /// The value of its member `id`, if that is one of our requests' (`srv-7`), found without reading the rest.
  static func requestID(in line: [UInt8]) -> String? {
    let name = Array(#""id""#.utf8)
    var found: String?
    var index = 0
    while index + name.count <= line.count {
      guard line[index] == name[0], line[index..<(index + name.count)].elementsEqual(name) else {
        index += 1
        continue
      }
      index += name.count
      guard let id = value(at: index, of: line) else { continue }
      // Two of them: it does not say which question it answers.
      if let found, found != id { return nil }
      found = id
    }
    return found
  }

  /// `: "srv-7"` from there on.
  private static func value(at start: Int, of line: [UInt8]) -> String? {
    var rest = line[start...].drop(while: isBlank)
    guard rest.popFirst() == UInt8(ascii: ":") else { return nil }
    rest = rest.drop(while: isBlank)
    guard rest.popFirst() == UInt8(ascii: "\"") else { return nil }
    let text = rest.prefix { $0 != UInt8(ascii: "\"") }
    guard text.count <= RequestID.maximumBytes, text.endIndex < line.endIndex,
      text.starts(with: ToolCalls.requestPrefix.utf8)
    else { return nil }
    return String(decoding: text, as: UTF8.self)
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
}
