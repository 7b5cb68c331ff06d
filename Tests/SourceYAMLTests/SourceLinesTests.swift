import SourceYAML
import Testing

@Suite struct SourceLinesTests {
  @Test func `every byte of a mixed text has its place`() {
    let text = "é1\r\n日本😀x\r\rab\n" + String(repeating: "ü", count: 200) + "\nz"
    let file = SourceFile(name: "f", bytes: Array(text.utf8))
    var (line, column, byte) = (1, 1, 0)
    var previous: Unicode.Scalar = " "
    for scalar in text.unicodeScalars {
      if previous == "\n" || (previous == "\r" && scalar != "\n") { (line, column) = (line + 1, 1) }
      #expect(file.position(ofByte: byte) == SourcePosition(line: line, column: column, byte: byte))
      byte += UTF8.width(scalar)
      column += 1
      previous = scalar
    }
    #expect(file.position(ofByte: byte + 100) == SourcePosition(line: line, column: column, byte: byte))
  }

  @Test func `a line is cut before its break`() {
    let bytes = Array("a\r\nb\rc\n\nd".utf8)
    let file = SourceFile(name: "f", bytes: bytes)
    let texts = (1...file.lineCount).map { String(decoding: bytes[file.line($0)], as: UTF8.self) }
    #expect(texts == ["a", "b", "c", "", "d"])
    #expect(file.line(9).isEmpty)
  }

  @Test func `a byte order mark is before the first column`() {
    let file = SourceFile(name: "f", bytes: Array("\u{FEFF}a".utf8))
    #expect(file.position(ofByte: 3) == SourcePosition(line: 1, column: 1, byte: 3))
  }
}
