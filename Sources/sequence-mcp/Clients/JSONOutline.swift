import JSON

/// Where the members of one object of a JSON text stand. The text was parsed before, so that nothing here can fail.
struct JSONOutline {
  struct Member {
    let key: String
    let keyStart: Int
    let value: Range<Int>
  }

  /// Where the opening brace is.
  let open: Int
  /// Where the closing brace is.
  let close: Int
  let members: [Member]

  /// - Parameter open: the offset of an object's opening brace.
  init(_ bytes: [UInt8], at open: Int) {
    var members: [Member] = []
    var index = JSONOutline.skipSpace(bytes, from: open + 1)
    while index < bytes.count, bytes[index] == UInt8(ascii: "\"") {
      let keyEnd = JSONOutline.endOfString(bytes, from: index)
      let colon = JSONOutline.skipSpace(bytes, from: keyEnd)
      let start = JSONOutline.skipSpace(bytes, from: colon + 1)
      let end = JSONOutline.endOfValue(bytes, from: start)
      let key = (try? JSONParser.parse(bytes[index..<keyEnd]))?.stringValue ?? ""
      members.append(Member(key: key, keyStart: index, value: start..<end))
      index = JSONOutline.skipSpace(bytes, from: end)
      guard index < bytes.count, bytes[index] == UInt8(ascii: ",") else { break }
      index = JSONOutline.skipSpace(bytes, from: index + 1)
    }
    self.open = open
    self.close = min(index, bytes.count - 1)
    self.members = members
  }

  func member(_ key: String) -> Member? { members.first { $0.key.utf8.elementsEqual(key.utf8) } }

  /// The first offset from `start` on that holds no white space.
  static func skipSpace(_ bytes: [UInt8], from start: Int) -> Int {
    bytes[min(start, bytes.count)...].firstIndex { !isSpace($0) } ?? bytes.count
  }

  static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D }

  /// The offset behind the closing quote of the string that starts at `start`.
  static func endOfString(_ bytes: [UInt8], from start: Int) -> Int {
    var index = start + 1
    while index < bytes.count, bytes[index] != UInt8(ascii: "\"") {
      index += bytes[index] == UInt8(ascii: "\\") ? 2 : 1
    }
    return min(index + 1, bytes.count)
  }

  private static func endOfValue(_ bytes: [UInt8], from start: Int) -> Int {
    var depth = 0
    var index = start
    while index < bytes.count {
      switch bytes[index] {
      case UInt8(ascii: "\""):
        index = endOfString(bytes, from: index)
        if depth == 0 { return index }
        continue
      case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        if depth == 0 { return index }
        depth -= 1
        if depth == 0 { return index + 1 }
      case UInt8(ascii: ","), 0x20, 0x09, 0x0A, 0x0D: if depth == 0 { return index }
      default: break
      }
      index += 1
    }
    return index
  }
}
