/// JSON with comments and trailing commas, as VS Code writes its settings, made into JSON of the same length: spaces take
/// their place, so that every offset stays.
enum JSONComments {
  /// The text without its comments.
  static func blank(_ bytes: [UInt8]) -> [UInt8] {
    var result = bytes
    var index = 0
    while index < result.count {
      if result[index] == UInt8(ascii: "\"") {
        index = JSONOutline.endOfString(result, from: index)
        continue
      }
      guard let end = endOfComment(result, from: index) else {
        index += 1
        continue
      }
      while index < end {
        if result[index] != 0x0A, result[index] != 0x0D { result[index] = 0x20 }
        index += 1
      }
    }
    return result
  }

  /// The text, whose comments are gone already, without the commas that stand before a closing bracket.
  static func blankTrailingCommas(_ bytes: [UInt8]) -> [UInt8] {
    var result = bytes
    var index = 0
    var comma: Int?
    while index < result.count {
      switch result[index] {
      case UInt8(ascii: "\""):
        index = JSONOutline.endOfString(result, from: index)
        comma = nil
        continue
      case UInt8(ascii: ","): comma = index
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        if let comma { result[comma] = 0x20 }
        comma = nil
      case 0x20, 0x09, 0x0A, 0x0D: break
      default: comma = nil
      }
      index += 1
    }
    return result
  }

  /// Where the comment that starts at `start` ends, or nil where none starts there. One that is never closed is none: the
  /// parser then points at it.
  private static func endOfComment(_ bytes: [UInt8], from start: Int) -> Int? {
    guard bytes[start] == UInt8(ascii: "/"), start + 1 < bytes.count else { return nil }
    var index = start + 2
    if bytes[start + 1] == UInt8(ascii: "/") {
      while index < bytes.count, bytes[index] != 0x0A { index += 1 }
      return index
    }
    guard bytes[start + 1] == UInt8(ascii: "*") else { return nil }
    while index + 1 < bytes.count {
      if bytes[index] == UInt8(ascii: "*"), bytes[index + 1] == UInt8(ascii: "/") { return index + 2 }
      index += 1
    }
    return nil
  }
}
