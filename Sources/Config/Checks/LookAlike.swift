import Platform
import SourceYAML

/// A character that looks like one of YAML's but is another one, or all those of a word.
struct LookAlike {
  /// Distinct characters, each with the intended one in words.
  fileprivate let characters: [(scalar: Unicode.Scalar, meant: String)]
  /// From the first look-alike to the last one.
  let bytes: Range<Int>
  /// The word in plain characters; nil for punctuation.
  fileprivate let word: String?

  /// The maximum number of characters that a message lists.
  private static let listLength = 8

  /// What is wrong, naming each character once.
  var message: String {
    let listed = characters.prefix(Self.listLength).enumerated().map { index, character in
      described(character.scalar) + (index == 0 ? " only looks like " : " like ") + character.meant
    }
    let more = characters.count - listed.count
    return listed.joined(separator: ", ") + (more > 0 ? " and \(more) more" : "")
  }

  var help: String {
    if characters[0].meant.hasPrefix("a straight quote") { return "type straight quotes in place of both" }
    guard characters.count > 1, let word else { return "type \(characters[0].meant) in its place" }
    return "type \(quoted(word)) in plain letters"
  }

  static let doubleQuotes = Array("“”„‟«»″＂".unicodeScalars)
  static let singleQuotes = Array("‘’‚‛′＇".unicodeScalars)
}

extension LookAlike {
  /// Creates the look-alikes of a word; nil if it has none, or another character that is not ASCII.
  /// - Parameter isTemplate: Whether it is what is between the braces of a template.
  init?(ofWord word: String, at start: Int, isTemplate: Bool = false) {
    var plainWord = ""
    var characters: [(scalar: Unicode.Scalar, meant: String)] = []
    var bytes: Range<Int>?
    var byte = start
    for scalar in word.unicodeScalars {
      let end = byte + UTF8.width(scalar)
      defer { byte = end }
      if scalar.isASCII {
        plainWord.unicodeScalars.append(scalar)
        continue
      }
      let mark: Character? = scalar == "｜" ? "|" : VisibleText.isBlank(scalar) ? " " : nil
      guard let plain = PlainCharacter.of(scalar) ?? (isTemplate ? mark : nil) else { return nil }
      plainWord.append(plain)
      bytes = (bytes?.lowerBound ?? byte)..<end
      if !characters.contains(where: { $0.scalar == scalar }) {
        characters.append((scalar, PlainCharacter.words(for: plain)))
      }
    }
    guard let bytes else { return nil }
    self.init(characters: characters, bytes: bytes, word: plainWord)
  }

  /// Returns the line's first look-alike in a position where YAML's own character would matter.
  static func first(on line: Int, in file: SourceFile) -> LookAlike? {
    var bytes = file.bytes[file.line(line)].prefix(4096)
    // A character may be cut.
    if bytes.count == 4096 { bytes = bytes[..<(bytes.lastIndex { $0 < 0x80 } ?? bytes.startIndex)] }
    // In text that is not UTF-8, characters are in other places than their bytes.
    guard bytes.contains(where: { $0 >= 0x80 }), let text = String(validating: bytes, as: UTF8.self) else { return nil }
    var scanner = LineScanner(bytes)
    return scanner.first(in: text)
  }
}

/// A pass over the characters of one line of a file.
private struct LineScanner {
  private let line: ArraySlice<UInt8>
  /// The start of the current character.
  private var byte: Int
  /// The end of the last word that is of another script.
  private var foreignEnd: Int
  /// The quote around the text at this place.
  private var quote: Unicode.Scalar?
  private var isKey = true
  /// The character before this one, without the spaces between an indicator and its value.
  private var before: Unicode.Scalar?

  init(_ line: ArraySlice<UInt8>) {
    self.line = line
    (byte, foreignEnd) = (line.startIndex, line.startIndex)
  }

  /// - Parameter text: The line.
  mutating func first(in text: String) -> LookAlike? {
    for (scalar, next) in Neighbors(text) {
      if let open = quote {
        if scalar == open { quote = nil }
      } else if scalar == "#", before.map({ $0 == " " }) ?? true {
        return nil
      } else if let mark = mark(meantBy: scalar, before: next) {
        return LookAlike(characters: [(scalar, mark)], bytes: byte..<byte + UTF8.width(scalar), word: nil)
      } else if let word = word(around: scalar) {
        return word
      } else if scalar == ":" {
        isKey = false
      } else if scalar == "\"" || scalar == "'", startsValue {
        quote = scalar
      }
      if scalar != " " || !startsValue { before = scalar }
      byte += UTF8.width(scalar)
    }
    return nil
  }

  /// Whether a value may start here, ignoring spaces.
  private var startsValue: Bool { before.map { ":-,[{".unicodeScalars.contains($0) } ?? true }

  /// Returns the punctuation mark that is meant, in words; nil if the character itself may be intended.
  private func mark(meantBy scalar: Unicode.Scalar, before next: Unicode.Scalar?) -> String? {
    if scalar.isASCII { return nil }
    if VisibleText.isBlank(scalar) { return startsValue ? "a plain space" : nil }
    if LookAlike.doubleQuotes.contains(scalar) { return startsValue ? "a straight quote (\")" : nil }
    if LookAlike.singleQuotes.contains(scalar) { return startsValue ? "a straight quote (')" : nil }
    let isBlankNext = next.map(VisibleText.isBlank) ?? true
    if "：﹕∶꞉".unicodeScalars.contains(scalar) {
      guard endsInKey(line[..<byte]) else { return nil }
      // A full-width colon appears to include a space.
      return isBlankNext ? "a colon (:)" : "a colon and a space (: )"
    }
    if scalar == "｛" { return startsValue ? "a brace ({)" : nil }
    if scalar == "［" { return startsValue ? "a bracket ([)" : nil }
    return PlainCharacter.hyphens.contains(scalar) && before == nil && isBlankNext ? "a hyphen (-)" : nil
  }

  /// Returns the look-alikes of the word around a letter or digit that is in the place of a plain one.
  private mutating func word(around scalar: Unicode.Scalar) -> LookAlike? {
    let isDigit = scalar.properties.numericType == .decimal
    guard !scalar.isASCII, byte >= foreignEnd, isKey || isDigit && startsValue,
      PlainCharacter.letter(scalar) != nil || isDigit
    else { return nil }
    // What is between spaces and YAML's indicators.
    func isEnd(_ byte: UInt8) -> Bool { byte <= 0x20 || ":,[]{}\"'#".utf8.contains(byte) }
    let start = line[..<byte].lastIndex(where: isEnd).map { $0 + 1 } ?? line.startIndex
    let end = line[byte...].firstIndex(where: isEnd) ?? line.endIndex
    if let found = LookAlike(ofWord: String(decoding: line[start..<end], as: UTF8.self), at: start) { return found }
    foreignEnd = end
    return nil
  }

  /// Whether the beginning of a line ends in what may be a key: `limits`, but not a word of a sentence.
  private func endsInKey(_ head: ArraySlice<UInt8>) -> Bool {
    let rest = head[
      ..<(head.lastIndex { !$0.isASCIIWord }.map { $0 + 1 } ?? head.startIndex)]
    return rest.endIndex < head.endIndex && (rest.last { $0 != 0x20 }.map { "-,[{".utf8.contains($0) } ?? true)
  }
}

/// The ASCII characters that others look like.
private enum PlainCharacter {
  static let hyphens = Set("–—−‐‑‒﹣－".unicodeScalars)

  /// Returns the ASCII character with the same shape, or nil.
  static func of(_ scalar: Unicode.Scalar) -> Character? {
    if hyphens.contains(scalar) { return "-" }
    if scalar.properties.numericType == .decimal, let value = scalar.properties.numericValue {
      return Character(String(Int(value)))
    }
    return letter(scalar)
  }

  static func words(for plain: Character) -> String {
    ["-": "a hyphen (-)", "|": "a vertical bar (|)", " ": "a plain space"][plain]
      ?? (plain.isNumber ? "the digit \(plain)" : "the letter '\(plain)'")
  }

  static func letter(_ scalar: Unicode.Scalar) -> Character? {
    if let letter = letters[scalar] { return letter }
    guard 0xFF21...0xFF5A ~= scalar.value, let plain = Unicode.Scalar(scalar.value - 0xFEE0) else { return nil }
    return plain.properties.isAlphabetic ? Character(plain) : nil
  }

  /// Cyrillic and Greek letters with the shape of a Latin one (Unicode Technical Standard 39, confusables).
  private static let letters: [Unicode.Scalar: Character] = Dictionary(
    uniqueKeysWithValues: zip(
      "аеорсухіјѕԁһԛԝАВЕКМНОРСТУХІЈЅοαινυΑΒΕΖΗΙΚΜΝΟΡΤΥΧ".unicodeScalars,
      "aeopcyxijsdhqwABEKMHOPCTYXIJSoaivuABEZHIKMNOPTYX"))
}
