import JSON
import Testing

@testable import Rules

@Suite struct TemplateStringTests {
  private let parameters = [
    parameter("amount", .money), parameter("note"), parameter("extra", required: false), parameter("count", .integer),
    parameter("urgency", default: "low"),
  ]

  @Test(arguments: [
    ("plain", [], "plain"), ("{{ note }}", ["note"], ""), ("a {{note}} b", ["note"], "a  b"),
    ("{{{{ note }}", [], "{{ note }}"), ("{{{{{{ note }}", ["note"], "{{"), ("}} {", [], "}} {"),
    ("{{ note | trim | upper }}", ["note"], ""), ("{{\tnote\n}}", ["note"], ""), ("{{ $now }}", ["$now"], ""),
    ("{ {note}}", [], "{ {note}}"), ("é{{note}}é", ["note"], "éé"),
  ])
  func `the text is cut at placeholders`(_ text: String, _ names: [String], _ literal: String) {
    let (string, faults) = TemplateString.parse(text)
    #expect(faults.isEmpty)
    let placeholders = string.segments.compactMap {
      if case .placeholder(let placeholder) = $0 { placeholder } else { nil }
    }
    #expect(placeholders.map(\.name) == names)
    let literals = string.segments.map { if case .text(let text) = $0 { text } else { "" } }
    #expect(literals.joined() == literal)
  }

  @Test(
    arguments: [
      ("a <<{{>> note", .unclosed, "'{{' without '}}'"), ("<<{{>> a {{ note }}", .unclosed, "'{{' without '}}'"),
      ("é <<{{ }}>>", .empty, "empty placeholder"), ("<<{{}}>>", .empty, "empty placeholder"),
      ("{{ <<note + 1>> }}", .syntax, "'note + 1' is not a name"), ("{{ <<1a>> }}", .syntax, "'1a' is not a name"),
      ("<<{{ note | }}>>", .syntax, "a name is missing next to '|'"),
      ("<<{{ | upper }}>>", .syntax, "a name is missing next to '|'"),
      ("{{ note | <<$now>> }}", .syntax, "'$now' is not a name"),
      ("{{<<{ note>> }}", .syntax, "there is a brace too many before the name"),
      ("é {{ <<ammount>> | cents }}", .unknownName, "unknown parameter 'ammount'"),
      ("{{ <<$later>> }}", .unknownName, "unknown built-in value '$later'"),
      ("{{ note | <<shout>> }}", .unknownFilter, "unknown filter 'shout'"),
      ("{{ note | <<cents>> }}", .filterType, "the filter 'cents' takes money, not string"),
      ("{{ amount | cents | <<upper>> }}", .filterType, "the filter 'upper' takes string, not integer"),
      ("{{ count | <<dollars>> }}", .filterType, "the filter 'dollars' takes money, not integer"),
      (
        "x <<{{ extra }}>>", .optionalInText,
        "'extra' is optional and has no default, so it may be missing from this text"
      ),
    ] as [(String, TemplateFault.Kind, String)])
  func `a fault is reported at its place`(_ marked: String, _ kind: TemplateFault.Kind, _ message: String) throws {
    let (text, range) = unmark(marked)
    let (string, parseFaults) = TemplateString.parse(text)
    let faults = parseFaults + string.check(parameters)
    #expect(faults.map(\.kind) == [kind])
    #expect(faults.first?.message == message)
    #expect(faults.first?.range == range)
  }

  @Test func `an unknown name carries its candidates`() {
    let faults = TemplateString.parse("{{ ammount }}").string.check(parameters)
    #expect(faults.first?.unknown == "ammount")
    #expect(faults.first?.candidates.contains("amount") == true)
  }

  @Test(arguments: ["{{ extra }}", "x {{ urgency }}", "{{ amount | dollars | trim }}", "{{ $alias | upper }}"])
  func `the right uses have no faults`(_ text: String) {
    let (string, faults) = TemplateString.parse(text)
    #expect((faults + string.check(parameters)).isEmpty)
  }

  /// Returns the text without the markers `<<` and `>>`, and the UTF-8 range between them.
  private func unmark(_ marked: String) -> (String, Range<Int>) {
    let bytes = Array(marked.utf8)
    let start = bytes.indices.first { bytes[$0...].starts(with: "<<".utf8) }!
    let end = bytes.indices.last { bytes[$0...].starts(with: ">>".utf8) }!
    let text = bytes[..<start] + bytes[(start + 2)..<end] + bytes[(end + 2)...]
    return (String(decoding: text, as: UTF8.self), start..<end - 2)
  }
}
