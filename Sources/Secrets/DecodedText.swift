import Platform

/// A text normalized for the search for secrets: escapes decoded, ASCII letters in lower case, whitespace and hidden characters
/// removed. On request, each byte is mapped to its range in the source.
struct DecodedText {
  private(set) var bytes: [UInt8] = []
  private var keepsPlaces: Bool
  /// The source range of each byte; empty while the bytes map to the source one to one.
  private var places: [Range<UInt32>] = []

  /// Normalizes the text without decoding escapes.
  /// - Parameter keepsPlaces: Whether `source(of:)` can be called, which takes nine times the memory.
  init(_ source: [UInt8], keepsPlaces: Bool) {
    self.keepsPlaces = keepsPlaces
    bytes = source
    compact()
  }

  /// An empty text with room for that one.
  private init(for text: DecodedText) {
    keepsPlaces = text.keepsPlaces
    bytes.reserveCapacity(text.bytes.count)
    if keepsPlaces { places.reserveCapacity(text.bytes.count) }
  }

  /// Returns the text with the escapes of that encoding decoded once; nil if it has none.
  func decoded(_ encoding: Encoding) -> DecodedText? {
    guard bytes.contains(encoding.rawValue) else { return nil }
    var result = DecodedText(for: self)
    var hasEscapes = false
    var index = 0
    while index < bytes.count {
      if bytes[index] == encoding.rawValue, let escape = encoding.escape(in: bytes, at: index) {
        for byte in escape.bytes { result.append(byte, index..<index + escape.length, of: self) }
        index += escape.length
        hasEscapes = true
      } else {
        result.append(bytes[index], index..<index + 1, of: self)
        index += 1
      }
    }
    guard hasEscapes else { return nil }
    result.compact()
    return result
  }

  /// Returns the source range of the bytes in `range`.
  func source(of range: Range<Int>) -> Range<Int> {
    if places.isEmpty { return range }
    return Int(places[range.lowerBound].lowerBound)..<Int(places[range.upperBound - 1].upperBound)
  }

  private mutating func append(_ byte: UInt8, _ range: Range<Int>, of text: DecodedText) {
    bytes.append(byte)
    if keepsPlaces { places.append(DecodedText.place(text.source(of: range))) }
  }

  private static func place(_ range: Range<Int>) -> Range<UInt32> {
    UInt32(clamping: range.lowerBound)..<UInt32(clamping: range.upperBound)
  }

  /// Changes the text to lower case and removes whitespace and hidden characters, in place.
  private mutating func compact() {
    var end = 0
    var index = 0
    while index < bytes.count {
      let (length, isSeen) = bytes[index] < 0x80 ? (1, 0x21...0x7E ~= bytes[index]) : character(at: index)
      if isSeen {
        for place in index..<index + length { move(place, to: &end) }
      } else if keepsPlaces, places.isEmpty {
        places = bytes.indices.map { DecodedText.place($0..<$0 + 1) }
      }
      index += length
    }
    bytes.removeSubrange(end...)
    if !places.isEmpty { places.removeSubrange(end...) }
  }

  /// Moves a byte to `end`, at or before its place, in lower case, and advances `end`.
  private mutating func move(_ place: Int, to end: inout Int) {
    bytes[end] = DecodedText.folded(bytes[place])
    if !places.isEmpty { places[end] = places[place] }
    end += 1
  }

  /// Returns the character's length in bytes and whether it is visible. A byte that is not valid UTF-8 counts as a visible
  /// character.
  private func character(at index: Int) -> (length: Int, isSeen: Bool) {
    guard let (scalar, length) = bytes.character(at: index, before: bytes.count) else { return (1, true) }
    return (length, !VisibleText.isAlwaysHidden(scalar) && !VisibleText.isBlank(scalar))
  }

  private static func folded(_ byte: UInt8) -> UInt8 {
    UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte ? byte | 0x20 : byte
  }
}

extension DecodedText {
  /// An encoding that represents characters as escapes. The raw value is the first byte of an escape.
  enum Encoding: UInt8, CaseIterable {
    /// A backslash (RFC 8259 section 7).
    case json = 0x5C
    /// `%` (RFC 3986 section 2.1).
    case percent = 0x25
    /// `&` (HTML Living Standard, character references).
    case html = 0x26

    /// How many times a text is decoded. JSON appears inside JSON strings, and encoded text gets encoded again.
    var depth: Int {
      switch self {
      case .json: 3
      case .percent, .html: 2
      }
    }

    /// Returns the escape at `index` of a lowercase text; nil if the mark starts no escape.
    fileprivate func escape(in bytes: [UInt8], at index: Int) -> (bytes: [UInt8], length: Int)? {
      switch self {
      case .json: Encoding.json(bytes, index)
      case .percent:
        index + 3 <= bytes.count ? Hex.value(bytes[index + 1..<index + 3]).map { ([UInt8($0)], 3) } : nil
      case .html: Encoding.html(bytes, index)
      }
    }

    private static func json(_ bytes: [UInt8], _ index: Int) -> (bytes: [UInt8], length: Int)? {
      guard index + 1 < bytes.count else { return nil }
      switch bytes[index + 1] {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return ([bytes[index + 1]], 2)
      case UInt8(ascii: "b"), UInt8(ascii: "f"), UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
        return ([0x20], 2)
      case UInt8(ascii: "u"):
        guard let first = codeUnit(bytes, index) else { return nil }
        if 0xD800...0xDBFF ~= first, let second = codeUnit(bytes, index + 6), 0xDC00...0xDFFF ~= second {
          return (utf8(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00)), 12)
        }
        return (utf8(first), 6)
      default: return nil
      }
    }

    /// Returns the code unit of a `\u` escape.
    private static func codeUnit(_ bytes: [UInt8], _ index: Int) -> UInt32? {
      guard index + 6 <= bytes.count, bytes[index] == UInt8(ascii: "\\"), bytes[index + 1] == UInt8(ascii: "u") else {
        return nil
      }
      return Hex.value(bytes[index + 2..<index + 6])
    }

    private static func html(_ bytes: [UInt8], _ index: Int) -> (bytes: [UInt8], length: Int)? {
      let rest = bytes[(index + 1)...].prefix(longestName + 1)
      guard let end = rest.firstIndex(of: UInt8(ascii: ";")) else { return nil }
      let name = rest[..<end]
      let length = end + 1 - index
      guard name.first == UInt8(ascii: "#") else {
        return names[String(decoding: name, as: UTF8.self)].map { (utf8($0), length) }
      }
      let isHex = name.dropFirst().first == UInt8(ascii: "x")
      let number = isHex ? Hex.value(name.dropFirst(2)) : decimal(name.dropFirst())
      return number.map { (utf8($0), length) }
    }

    private static let longestName = 9

    /// In lower case, like the text.
    private static let names: [String: UInt32] = [
      "amp": 0x26, "lt": 0x3C, "gt": 0x3E, "quot": 0x22, "apos": 0x27, "nbsp": 0xA0, "excl": 0x21, "num": 0x23,
      "dollar": 0x24, "percnt": 0x25, "lpar": 0x28, "rpar": 0x29, "ast": 0x2A, "plus": 0x2B, "comma": 0x2C,
      "period": 0x2E, "sol": 0x2F, "colon": 0x3A, "semi": 0x3B, "equals": 0x3D, "quest": 0x3F, "commat": 0x40,
      "lsqb": 0x5B, "lbrack": 0x5B, "bsol": 0x5C, "rsqb": 0x5D, "rbrack": 0x5D, "hat": 0x5E, "lowbar": 0x5F,
      "grave": 0x60, "lcub": 0x7B, "lbrace": 0x7B, "verbar": 0x7C, "vert": 0x7C, "rcub": 0x7D, "rbrace": 0x7D,
      "shy": 0xAD, "newline": 0x0A, "tab": 0x09,
    ]

    private static func decimal(_ digits: ArraySlice<UInt8>) -> UInt32? {
      guard digits.count <= 8, digits.allSatisfy(\.isASCIIDigit) else { return nil }
      return UInt32(String(decoding: digits, as: UTF8.self))
    }

    /// Returns the lowercase character's UTF-8; U+FFFD for a value that is not a Unicode scalar.
    private static func utf8(_ value: UInt32) -> [UInt8] {
      var letter = Unicode.Scalar(value) ?? "\u{FFFD}"
      if 0x41...0x5A ~= letter.value { letter = Unicode.Scalar(UInt8(letter.value) | 0x20) }
      return Array(String(letter).utf8)
    }
  }
}
