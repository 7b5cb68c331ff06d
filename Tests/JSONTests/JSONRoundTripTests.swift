import Platform
import TestSupport
import Testing

@testable import JSON

/// Random values from a seed: the same seed reproduces a failure.
@Suite struct JSONRoundTripTests {
  @Test(arguments: UInt64(1)...20)
  func `what is written is read back the same`(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    for _ in 0..<30 {
      let value = random.value(depth: 5)
      let compact = JSONWriter.write(value)
      #expect(!compact.contains { $0 < 0x20 })
      let parsed = try JSONParser.parse(compact)
      #expect(parsed == value)
      #expect(JSONWriter.write(parsed) == compact)
      #expect(JSONWriter.write(try JSONParser.parse(JSONWriter.indentedText(value))) == compact)
    }
  }

  /// A damaged text is refused, or has a value that can be written and read again. It never ends the process.
  @Test(arguments: UInt64(1)...20)
  func `damaged texts are refused or consistent`(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    for _ in 0..<80 {
      var text = JSONWriter.write(random.value(depth: 4))
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        let at = Int.random(in: 0..<text.count, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: text[at] = UInt8.random(in: 0...255, using: &random)
        case 1: text.insert(Array("\"\\[]{},:0u-.eE\u{0}".utf8).randomElement(using: &random) ?? 0, at: at)
        case 2 where text.count > 1: text.remove(at: at)
        default: text.removeSubrange(at...)
        }
        if text.isEmpty { text = [0x20] }
      }
      guard let value = try? JSONParser.parse(text) else { continue }
      #expect(try JSONParser.parse(JSONWriter.write(value)) == value)
    }
  }
}

/// JSON values from random bits.
extension SeededRandom {
  mutating func value(depth: Int) -> JSONValue {
    switch Int.random(in: 0..<(depth > 0 ? 7 : 4), using: &self) {
    case 0: return .null
    case 1: return .bool(Bool.random(using: &self))
    case 2: return .number(number())
    case 3: return .string(text())
    case 4: return .array((0..<Int.random(in: 0...4, using: &self)).map { _ in value(depth: depth - 1) })
    default:
      var object = JSONObject()
      for _ in 0..<Int.random(in: 0...20, using: &self) { object[text()] = value(depth: depth - 2) }
      return .object(object)
    }
  }

  private mutating func number() -> JSONNumber {
    let whole = Int.random(in: -1_000_000...1_000_000, using: &self)
    let forms = ["\(whole)", "\(whole).\(next() % 1000)0", "\(whole)e\(next() % 400)", "-0", "0.10", "1E-7"]
    return JSONNumber(forms[Int.random(in: 0..<forms.count, using: &self)]) ?? JSONNumber(0)
  }

  private mutating func text() -> String {
    var text = String.UnicodeScalarView()
    for _ in 0..<Int.random(in: 0...12, using: &self) {
      let limit: UInt32 = [0x80, 0x100, 0x3000, 0x11_0000][Int.random(in: 0..<4, using: &self)]
      if let scalar = Unicode.Scalar(UInt32.random(in: 0..<limit, using: &self)) { text.append(scalar) }
    }
    return String(text)
  }
}
