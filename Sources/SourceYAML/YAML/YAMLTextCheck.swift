/// A check that a file is UTF-8 text before libyaml parses it: libyaml silently accepts UTF-16 and reports invalid bytes at
/// wrong positions. It also ends lines, and thereby comments, at characters that editors show on one line.
enum YAMLTextCheck {
  /// - Throws: `YAMLRefusal` at the first invalid byte.
  static func check(_ file: SourceFile) throws(YAMLRefusal) {
    let start = SourcePosition(line: 1, column: 1, byte: 0)
    guard file.bytes.count <= YAMLDocument.maximumBytes else {
      throw YAMLRefusal(
        "yaml-too-large", "the file is larger than 8 MiB", at: SourceRange(start: start, end: start), in: file)
    }
    if let encoding = foreignEncoding(of: file.bytes) {
      throw YAMLRefusal(
        "yaml-not-utf8", "the file is encoded in \(encoding), not in UTF-8", help: "save it as UTF-8",
        at: SourceRange(start: start, end: SourcePosition(line: 1, column: 2, byte: 1)), in: file)
    }
    if let fault = file.bytes.withUnsafeBufferPointer({ firstFault(in: $0) }) {
      throw refusal(fault, in: file)
    }
  }

  private enum Fault {
    case invalidUTF8(Int)
    case notAllowed(Int, length: Int)
    /// A carriage return alone, although other lines end in a line feed.
    case loneReturn(Int)
    case longLine(Int)
  }

  /// Returns the encoding of a byte order mark if it is not UTF-8. UTF-32's little-endian mark starts like UTF-16's.
  private static func foreignEncoding(of bytes: [UInt8]) -> String? {
    if bytes.starts(with: [0x00, 0x00, 0xFE, 0xFF]) || bytes.starts(with: [0xFF, 0xFE, 0x00, 0x00]) {
      return "UTF-32"
    }
    return bytes.starts(with: [0xFE, 0xFF]) || bytes.starts(with: [0xFF, 0xFE]) ? "UTF-16" : nil
  }

  private static func firstFault(in bytes: UnsafeBufferPointer<UInt8>) -> Fault? {
    var index = 0
    var lineStart = 0
    var (loneReturn, hasLineFeed): (Int?, Bool) = (nil, false)
    while true {
      index += bytes.printableRun(from: index)
      guard index < bytes.count else { break }
      let byte = bytes[index]
      if byte == 0x0A || byte == 0x0D {
        if index - lineStart > YAMLDocument.maximumLineBytes { return .longLine(lineStart) }
        index += 1
        lineStart = index
        hasLineFeed = hasLineFeed || byte == 0x0A
        if byte == 0x0D, index == bytes.count || bytes[index] != 0x0A { loneReturn = loneReturn ?? index - 1 }
        continue
      }
      guard let (scalar, length) = decode(bytes, at: index) else { return .invalidUTF8(index) }
      guard isAllowed(scalar) else { return .notAllowed(index, length: length) }
      index += length
    }
    if index - lineStart > YAMLDocument.maximumLineBytes { return .longLine(lineStart) }
    return hasLineFeed ? loneReturn.map { .loneReturn($0) } : nil
  }

  /// Returns the code point at `index` and its length; nil if it is not valid UTF-8 (RFC 3629 section 4).
  private static func decode(_ bytes: UnsafeBufferPointer<UInt8>, at index: Int) -> (scalar: UInt32, length: Int)? {
    let first = bytes[index]
    if first < 0x80 { return (UInt32(first), 1) }
    let (length, smallest): (Int, UInt32) =
      switch first {
      case 0xC2...0xDF: (2, 0x80)
      case 0xE0...0xEF: (3, 0x800)
      case 0xF0...0xF4: (4, 0x10000)
      default: (0, 0)
      }
    guard length > 0, index + length <= bytes.count else { return nil }
    var scalar = UInt32(first) & (0x7F >> UInt32(length))
    for offset in 1..<length {
      guard bytes[index + offset] & 0xC0 == 0x80 else { return nil }
      scalar = scalar << 6 | UInt32(bytes[index + offset] & 0x3F)
    }
    let isSurrogate = (0xD800...0xDFFF).contains(scalar)
    return scalar >= smallest && scalar <= 0x10FFFF && !isSurrogate ? (scalar, length) : nil
  }

  /// Whether the character is printable (YAML 1.1 section 4.1.1) and seen.
  private static func isAllowed(_ scalar: UInt32) -> Bool {
    switch scalar {
    case 0x09, 0x20...0x7E, 0xA0...0xD7FF, 0xE000...0xFFFD, 0x10000...0x10FFFF: unseenEffect(of: scalar) == nil
    default: false
    }
  }

  /// Returns what a printable character does without being seen: it ends the line in YAML 1.1 alone, or changes the order of
  /// the text (Unicode Standard Annex 9, embeddings, overrides and isolates). The marks U+061C, U+200E and U+200F, which keyboards
  /// of Arabic and Hebrew type, reorder nothing beyond their neighbors.
  private static func unseenEffect(of scalar: UInt32) -> String? {
    switch scalar {
    case 0x85, 0x2028, 0x2029: "ends the line and a comment on it, although editors show one line"
    case 0x202A...0x202E, 0x2066...0x2069: "changes the order in which the line is shown"
    default: nil
    }
  }

  private static func refusal(_ fault: Fault, in file: SourceFile) -> YAMLRefusal {
    switch fault {
    case .invalidUTF8(let index):
      let start = file.position(ofByte: index)
      let end = SourcePosition(line: start.line, column: start.column + 1, byte: index + 1)
      return YAMLRefusal(
        "yaml-not-utf8", "byte 0x\(hexadecimal(UInt32(file.bytes[index]), width: 2)) is not valid UTF-8",
        help: "save the file as UTF-8", at: SourceRange(start: start, end: end), in: file)
    case .notAllowed(let index, let length):
      let scalar = decodedScalar(in: file.bytes, at: index)
      let code = hexadecimal(scalar, width: 4)
      let range = file.range(ofBytes: index..<index + length)
      guard let effect = unseenEffect(of: scalar) else {
        return YAMLRefusal(
          "yaml-syntax", "the control character U+\(code) is not allowed",
          help: scalar == 0 ? "save the file as UTF-8 text" : "write it as an escape in double quotes", at: range,
          in: file)
      }
      let name = Unicode.Scalar(scalar)?.properties.name?.lowercased() ?? "next line"
      return YAMLRefusal(
        "yaml-hidden-character", "the hidden character U+\(code) (\(name)) \(effect)",
        help: "delete it; a value of the payload can have it as an escape in double quotes: \\u\(code)", at: range,
        in: file)
    case .loneReturn(let index):
      let position = file.position(ofByte: index)
      return YAMLRefusal(
        "yaml-hidden-character",
        "the hidden character U+000D (carriage return) ends the line and a comment on it, although other lines end in a line feed",
        help: "delete it, or end every line of the file alike", at: SourceRange(start: position, end: position),
        in: file)
    case .longLine(let start):
      let position = file.position(ofByte: start)
      return YAMLRefusal(
        "yaml-too-large", "the line is longer than 1 MiB", at: SourceRange(start: position, end: position), in: file)
    }
  }

  private static func decodedScalar(in bytes: [UInt8], at index: Int) -> UInt32 {
    bytes.withUnsafeBufferPointer { decode($0, at: index)?.scalar ?? 0 }
  }

  private static func hexadecimal(_ value: UInt32, width: Int) -> String {
    let digits = String(value, radix: 16, uppercase: true)
    return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
  }
}
