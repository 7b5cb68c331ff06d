/// Where the numbers of JSON lines stand. A secret made of digits may turn up in one, and nothing but a whole value in its
/// place leaves the line valid.
enum JSONNumberSpans {
  /// Each range, or the whole number that it lies in where that stands outside of strings; in order, without overlaps.
  /// - Parameter bytes: JSON values one after another (RFC 8259); no string in them holds a bare newline.
  static func widened(_ ranges: [Range<Int>], in bytes: [UInt8]) -> [(range: Range<Int>, isNumber: Bool)] {
    var result: [(range: Range<Int>, isNumber: Bool)] = []
    var position = 0
    var isInString = false
    for range in ranges {
      if let last = result.last, range.lowerBound < last.range.upperBound {
        result[result.count - 1].range = last.range.lowerBound..<max(last.range.upperBound, range.upperBound)
        continue
      }
      while position < range.lowerBound {
        if isInString, bytes[position] == UInt8(ascii: "\\") {
          position += 2
          continue
        }
        if bytes[position] == UInt8(ascii: "\"") { isInString.toggle() }
        position += 1
      }
      guard !isInString, bytes[range].allSatisfy(isNumberByte) else {
        result.append((range, false))
        continue
      }
      var start = range.lowerBound
      while start > 0, isNumberByte(bytes[start - 1]) { start -= 1 }
      var end = range.upperBound
      while end < bytes.count, isNumberByte(bytes[end]) { end += 1 }
      result.append((start..<end, true))
    }
    return result
  }

  private static func isNumberByte(_ byte: UInt8) -> Bool {
    byte &- UInt8(ascii: "0") < 10 || "+-.eE".utf8.contains(byte)
  }
}
