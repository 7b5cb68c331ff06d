import JSON
import Testing

@testable import MCP

@Suite struct ToolListTests {
  private func toolList(_ count: Int, prefix: String = "t", pageBytes: Int = 20_000) -> ToolList {
    ToolList(
      provider: FixtureProvider(tools: (0..<count).map { FixtureProvider.tool("\(prefix)\($0)") }),
      info: ServerInfo(name: "x", version: "1"), isReloadable: true, pageBytes: pageBytes)
  }

  private func names(_ page: JSONValue) -> [String] {
    (page["tools"]?.arrayValue ?? []).compactMap { $0["name"]?.stringValue }
  }

  @Test(arguments: [0, 1, 10, 300, 1000], ProtocolVersion.all)
  func `pages together are the list in order`(count: Int, version: ProtocolVersion) throws {
    let toolList = toolList(count)
    var seen: [String] = []
    var cursor: String?
    var pages = 0
    repeat {
      let page = try JSONParser.parse(try #require(toolList.page(at: cursor, for: version)))
      seen += names(page)
      pages += 1
      #expect(page["ttlMs"] == (version.era == .modern ? 300_000 : nil))
      cursor = page["nextCursor"]?.stringValue
      if cursor == nil { #expect(page["nextCursor"] == nil) }
    } while cursor != nil
    #expect(seen == (0..<count).map { "t\($0)" })
    #expect((count > 10) == (pages > 1))
  }

  @Test func `up to one mebibyte is one page`() throws {
    let whole = try #require(toolList(2000, pageBytes: .max).page(at: nil, for: .latestLegacy))
    let fits = toolList(2000, pageBytes: whole.count)
    #expect(fits.page(at: nil, for: .latestLegacy) == whole)
    let page = try JSONParser.parse(
      try #require(toolList(2000, pageBytes: whole.count - 1).page(at: nil, for: .latestLegacy)))
    #expect(page["nextCursor"] != nil)
    #expect(ServerOptions().pageBytes == 1 << 20)
  }

  @Test(arguments: ["", "x", "-", "200", "-5k", "0-0", "é-5k"]) func `a foreign cursor is refused`(cursor: String) {
    #expect(toolList(300).page(at: cursor, for: .latestLegacy) == nil)
  }

  @Test func `a cursor is bound to its list and survives a restart`() throws {
    let page = try JSONParser.parse(try #require(toolList(300).page(at: nil, for: .latestLegacy)))
    let cursor = try #require(page["nextCursor"]?.stringValue)
    #expect(toolList(300).page(at: cursor, for: .latestLegacy) != nil)
    #expect(toolList(301).page(at: cursor, for: .latestLegacy) == nil)
    #expect(toolList(300, prefix: "u").page(at: cursor, for: .latestLegacy) == nil)
    #expect(toolList(300).page(at: cursor + "1", for: .latestLegacy) == nil)
    #expect(toolList(300).page(at: cursor.uppercased(), for: .latestLegacy) == nil)
  }

  @Test func `a tool is found by the bytes of its name`() {
    let toolList = ToolList(
      provider: FixtureProvider(tools: [FixtureProvider.tool("K")]), info: ServerInfo(name: "x", version: "1"),
      isReloadable: true, pageBytes: 1 << 20)
    #expect(toolList.tool(named: "K") != nil)
    // The Kelvin sign is canonically equivalent to K, but a different name.
    #expect(toolList.tool(named: "\u{212A}") == nil)
  }

  @Test func `listChanged is declared only if the list may change`() {
    let fixed = ToolList(
      provider: FixtureProvider(), info: ServerInfo(name: "x", version: "1"), isReloadable: false, pageBytes: 1 << 20)
    #expect(fixed.capabilities == ["tools": [:]])
    #expect(toolList(1).capabilities == ["tools": ["listChanged": true]])
  }
}
