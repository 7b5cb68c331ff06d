import Foundation
import JSON
import Testing

@testable import MCP

/// The schemas that `tools/list` publishes use only what the engines of all clients support: llama.cpp, Gemini and OpenAI each
/// refuse a whole request over one keyword.
@Suite struct PublishedSchemaTests {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// Every example of the repository, and one with every constraint.
  static let configurations: [String] = {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: root.path + "/examples")) ?? []
    return ["config.example.yaml"] + names.filter { $0.hasSuffix(".yaml") }.map { "examples/" + $0 }.sorted() + [
      "every"
    ]
  }()

  private static let every = #"""
    version: 1
    rules:
      all:
        rule_id: ru_1
        api_secret: {env: A}
        description: All.
        parameters:
          long: {type: string, maxLength: 5000}
          digits: {type: string, pattern: '\d{4}(?:-\d+)*\s?\w\/x', maxLength: 1999}
          letters: {type: string, pattern: '\p{L}+'}
          word: {type: string, pattern: '\bx'}
          size: {type: integer, enum: [1, 2, 5]}
          unit: {enum: ["", a]}
          rate: {type: number, minimum: 0, exclusiveMaximum: 1, multipleOf: 0.1}
          when: {type: string, format: date-time}
          flag: {type: boolean, default: true}
          sum: {type: money, maximum: 5, enum: [1, 2]}
        payload: {a: ["{{ long }}", "{{ digits }}", "{{ letters }}", "{{ word }}", "{{ size }}", "{{ unit }}", "{{ rate }}",
          "{{ when }}", "{{ flag }}", "{{ sum }}"]}
    """#

  @Test(arguments: configurations, ProtocolVersion.all)
  func `published schemas suit every engine`(_ path: String, _ version: ProtocolVersion) throws {
    let yaml = path == "every" ? Self.every : try String(contentsOf: Self.root.appending(path: path), encoding: .utf8)
    let tools = ToolList(
      provider: try World(yaml).catalog, info: ServerInfo(name: "x", version: "1"), isReloadable: true,
      pageBytes: 1 << 20)
    let page = try JSONParser.parse(try #require(tools.page(at: nil, for: version)))
    let list = try #require(page["tools"]?.arrayValue)
    #expect(!list.isEmpty)
    for tool in list {
      let name = tool["name"]?.stringValue ?? ""
      #expect(tool["inputSchema"]?["type"] == "object")
      #expect(Self.faults(of: tool["inputSchema"] ?? .null, name, isInput: true) == [])
      if let output = tool["outputSchema"] { #expect(Self.faults(of: output, name, isInput: false) == []) }
    }
  }

  private static let inputKeywords: Set<String> = [
    "type", "description", "default", "properties", "required", "additionalProperties", "enum", "minLength",
    "maxLength", "pattern", "format", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf",
  ]
  private static let outputKeywords: Set<String> = ["type", "description", "properties", "required", "items", "enum"]

  private static func faults(of schema: JSONValue, _ place: String, isInput: Bool) -> [String] {
    guard let members = schema.objectValue?.members else { return ["\(place) is not an object"] }
    var faults: [String] = []
    for (keyword, value) in members {
      if !(isInput ? inputKeywords : outputKeywords).contains(keyword) { faults.append("\(place): \(keyword)") }
      switch keyword {
      case "type":
        if isInput, value.stringValue == nil { faults.append("\(place): a list of types") }
      case "minLength", "maxLength":
        if value.numberValue?.intValue ?? .max >= 2000 { faults.append("\(place): \(keyword) of 2000 or more") }
      case "enum":
        if value.arrayValue?.contains(where: { ($0.stringValue ?? "").isEmpty }) ?? true {
          faults.append("\(place): an enum of something else than texts")
        }
      case "pattern":
        let pattern = value.stringValue ?? ""
        let isPlain = pattern.hasPrefix("^") && pattern.hasSuffix("$") && !pattern.contains("(?")
        // A backslash only before syntax, a control character or a code unit.
        let isEscaped = pattern.wholeMatch(of: #/(?:[^\\]|\\[\^$.\[\](){}|*+?\\tnru])*/#) != nil
        if !isPlain || !isEscaped { faults.append("\(place): pattern \(pattern)") }
      case "format":
        if !["date", "date-time", "email", "uuid"].contains(value.stringValue ?? "") {
          faults.append("\(place): format")
        }
      case "properties":
        let properties = value.objectValue?.members ?? []
        if properties.isEmpty { faults.append("\(place): empty properties") }
        faults += properties.flatMap { Self.faults(of: $0.value, place + "/" + $0.key, isInput: isInput) }
      case "items": faults += Self.faults(of: value, place + "/*", isInput: isInput)
      case "additionalProperties":
        if value != false { faults.append("\(place): additionalProperties") }
      default: break
      }
    }
    return faults
  }
}
