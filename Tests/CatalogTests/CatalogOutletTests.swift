import Catalog
import Foundation
import JSON
import MCP
import Platform
import TestSupport
import Testing

@testable import SequenceAPI

/// Everything that leaves a call: both channels of its answer, the ledger and the log.
private struct Outlets {
  let texts: [String]

  init(_ world: World, _ result: ToolResult) throws {
    texts = try Outlets.answer(result) + [world.ledgerText, world.logText]
  }

  /// Both channels of an answer.
  static func answer(_ result: ToolResult) throws -> [String] {
    let structured = JSONValue.object(try #require(result.structuredContent))
    #expect(try JSONParser.parse(Array(result.text.utf8)) == structured)
    return [result.text, JSONWriter.text(structured)]
  }

  /// All strings in the answer, as a client reads them.
  static func strings(_ value: JSONValue) -> [String] {
    switch value {
    case .null, .bool, .number: []
    case .string(let text): [text]
    case .array(let elements): elements.flatMap(strings)
    case .object(let object): object.members.flatMap { [$0.key] + strings($0.value) }
    }
  }
}

@Suite struct OutletTests {
  static let secret = "Kq7/not-a-real+secret_42"

  /// The forms that the threat model lists, except case and hidden characters, which SecretFormsTests covers.
  static let forms: [(name: String, text: String)] = {
    let bytes = Array(secret.utf8)
    func each(_ before: String, _ format: String, _ after: String = "") -> String {
      bytes.map { before + String(format: format, $0) + after }.joined()
    }
    let percent = each("%", "%02X")
    let html = each("&#", "%d", ";")
    return [
      ("plain", secret), ("upper case", secret.uppercased()), ("JSON", each("\\u", "%04x")), ("percent", percent),
      ("percent twice", percent.replacingOccurrences(of: "%", with: "%25")), ("HTML", html),
      ("HTML twice", html.replacingOccurrences(of: "&", with: "&amp;")), ("hexadecimal", each("", "%02x")),
      ("base64", Data(bytes).base64EncodedString()),
      ("zero width", secret.map(String.init).joined(separator: "\u{200B}")),
    ]
  }()

  /// The lengths to which texts are truncated, each with an answer that puts a text there.
  static let limits: [Int] = [64, 80, 200, 253, 2000]

  @Test(arguments: limits, forms.indices)
  func `no limit cuts a secret into a part that leaves`(limit: Int, form: Int) throws {
    let (name, text) = Self.forms[form]
    // Enough of a form to reveal six bytes of the secret.
    let part = String(text.prefix(text.utf8.count * 6 / Self.secret.utf8.count))
    let starts = stride(from: max(0, limit - text.utf8.count), through: limit + 2, by: part.utf8.count)
    let replies = starts.flatMap { start -> [FakeTransport.Reply] in
      let value = JSONValue.string(String(repeating: "x", count: start) + text + " y")
      return [
        .json(401, JSONWriter.text(["code": "INVALID_API_SECRET", "message": value])),
        .json(400, JSONWriter.text(["code": value, "message": value])),
        .json(200, JSONWriter.text(["code": value, "message": value, "data": ["requestId": value]])),
      ]
    }
    let world = try World(Fixtures.savings(), replies)
    var texts: [String] = []
    for number in replies.indices {
      world.clock.advance(milliseconds: 1000)
      let result = try world.result(
        "trigger_rule", #"{"rule_id":"ru_1","api_secret":"\#(Self.secret)","payload":{"number":\#(number)}}"#)
      texts += try Outlets.answer(result)
    }
    #expect(world.transport.requests.count == replies.count)
    for outlet in texts + [world.ledgerText, world.logText] { #expect(!outlet.contains(part), "\(name)") }
  }

  @Test(arguments: forms.indices)
  func `no account brings a part of the access token`(form: Int) throws {
    let (name, text) = Self.forms[form]
    let part = String(text.prefix(text.utf8.count * 6 / Self.secret.utf8.count))
    for start in [0, 190, 199, 1990] {
      let value = JSONValue.string(String(repeating: "x", count: start) + text)
      let world = try World(
        "version: 1", [.accounts([["id": value, "name": value, "type": [value], "balance": value]], errors: [value])],
        environment: ["SEQUENCE_ACCESS_TOKEN": Self.secret])
      let result = try world.result("get_accounts")
      for outlet in try Outlets(world, result).texts { #expect(!outlet.contains(part), "\(name) at \(start)") }
    }
  }

  @Test func `every Unicode scalar that cannot be seen leaves by no outlet`() throws {
    let hidden = (0...0x10FFFF).compactMap { Unicode.Scalar(UInt32($0)) }.filter {
      VisibleText.isAlwaysHidden($0) || VisibleText.isBlank($0)
    }
    // Of private use and unassigned characters, one in a thousand is tested.
    var rest = hidden.filter {
      let category = $0.properties.generalCategory
      return category != .privateUse && category != .unassigned || $0.value % 1009 == 0
    }[...]
    while !rest.isEmpty {
      var text = "a"
      for scalar in rest.prefix(500) { text.unicodeScalars.append(scalar) }
      rest = rest.dropFirst(500)
      let value = JSONValue.string(text + "b")
      let triggered = try World(
        Fixtures.savings(),
        [.json(200, JSONWriter.text(["code": value, "message": value, "data": ["requestId": value]]))])
      let accounts = try World(
        "version: 1", [.accounts([["id": value, "name": value, "type": value]], errors: [value])])
      let answers = [
        (triggered, try triggered.result("trigger_rule", #"{"rule_id":"ru_777"}"#)),
        (accounts, try accounts.result("get_accounts")),
      ]
      for (world, result) in answers {
        for string in Outlets.strings(.object(result.structuredContent ?? [:])) { #expect(Self.isVisible(string)) }
        for outlet in try Outlets(world, result).texts {
          for line in outlet.split(separator: "\n") { #expect(Self.isVisible(String(line))) }
        }
      }
    }
  }

  @Test func `every Unicode scalar is visible in a question`() throws {
    let world = try World(Fixtures.asksAlways.replacingOccurrences(of: "maxLength: 80", with: "maxLength: 4096"))
    for start in stride(from: 0, to: 0x3000, by: 0x100) {
      var text = ""
      for value in start..<start + 0x100 { text.unicodeScalars.append(Unicode.Scalar(UInt32(value))!) }
      let arguments = JSONWriter.text(["amount": 5, "note": .string(text)])
      let question = try #require(try world.call("move_to_savings", arguments).question)
      for line in question.message.split(separator: "\n") { #expect(Self.isVisible(String(line))) }
    }
  }

  /// A program that records its input shows what the window's program receives.
  @Test func `no hidden character and no part of a secret reaches the window`() throws {
    let directory = FileManager.default.temporaryDirectory.path + "/window-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: directory) }
    let program = directory + "/zenity"
    try "#!/bin/sh\nprintf '%s\\n' \"$@\" >> \(directory)/said\nexit 1\n"
      .write(toFile: program, atomically: true, encoding: .utf8)
    try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: program)
    let yaml = Fixtures.asksAlways.replacingOccurrences(of: "maxLength: 80", with: "maxLength: 4096")
    let window = DialogWindow(.zenity, program: program, environment: ["PATH": "/usr/bin:/bin"])
    let world = try World(yaml, asking: World.Asking(dialog: .available(window)))
    let hidden = (0...0x10FFFF).compactMap { Unicode.Scalar(UInt32($0)) }.filter {
      VisibleText.isAlwaysHidden($0) && ($0.properties.generalCategory != .privateUse || $0.value % 1009 == 0)
        && ($0.properties.generalCategory != .unassigned || $0.value % 1009 == 0)
    }
    for start in stride(from: 0, to: hidden.count, by: 40) {
      var text = "a"
      for scalar in hidden[start..<min(start + 40, hidden.count)] { text.unicodeScalars.append(scalar) }
      let name = String(repeating: "m", count: 110 + start / 40 % 20) + World.savingsSecret + text
      let context = ToolCallContext(caller: ToolCaller(client: .init(name: name)))
      let question = try #require(
        try world.call("move_to_savings", JSONWriter.text(["amount": 5, "note": .string(text)]), context).question)
      _ = question.unaskable()
    }
    let said = try String(contentsOfFile: directory + "/said", encoding: .utf8)
    #expect(said.components(separatedBy: "--question").count > hidden.count / 40)
    for line in said.split(separator: "\n") { #expect(Self.isVisible(String(line))) }
    #expect(!said.contains(World.savingsSecret.prefix(6)))
  }

  private static func isVisible(_ line: String) -> Bool {
    var previous: Unicode.Scalar?
    for (scalar, next) in Neighbors(line) {
      if VisibleText.isHidden(scalar, after: previous, before: next) { return false }
      previous = scalar
    }
    return true
  }
}
