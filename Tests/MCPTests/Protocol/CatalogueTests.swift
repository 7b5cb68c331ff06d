import JSON
import Testing

@testable import MCP

@Suite struct CatalogueTests {
  private func catalogue(_ count: Int, prefix: String = "t") -> Catalogue {
    Catalogue(
      provider: FixtureProvider(tools: (0..<count).map { FixtureProvider.tool("\(prefix)\($0)") }),
      info: ServerInfo(name: "x", version: "1"), isReloadable: true, pageSize: 200)
  }

  private func names(_ page: JSONValue) -> [String] {
    (page["tools"]?.arrayValue ?? []).compactMap { $0["name"]?.stringValue }
  }

  @Test(arguments: [0, 1, 199, 200, 201, 400, 401, 1000], ProtocolVersion.all)
  func pagesTogetherAreTheListInOrder(count: Int, version: ProtocolVersion) throws {
    let catalogue = catalogue(count)
    var seen: [String] = []
    var cursor: String?
    var pages = 0
    repeat {
      let page = try JSONParser.parse(try #require(catalogue.page(at: cursor, for: version)))
      seen += names(page)
      pages += 1
      #expect(page["ttlMs"] == (version.era == .modern ? 300_000 : nil))
      cursor = page["nextCursor"]?.stringValue
      if cursor == nil { #expect(page["nextCursor"] == nil) }
    } while cursor != nil
    #expect(seen == (0..<count).map { "t\($0)" })
    #expect(pages == max(1, (count + 199) / 200))
  }

  @Test(arguments: ["", "x", "-", "200", "-5k", "0-0", "é-5k"]) func foreignCursorIsRefused(cursor: String) {
    #expect(catalogue(300).page(at: cursor, for: .latestLegacy) == nil)
  }

  @Test func cursorIsBoundToItsListAndSurvivesARestart() throws {
    let page = try JSONParser.parse(try #require(catalogue(300).page(at: nil, for: .latestLegacy)))
    let cursor = try #require(page["nextCursor"]?.stringValue)
    #expect(catalogue(300).page(at: cursor, for: .latestLegacy) != nil)
    #expect(catalogue(301).page(at: cursor, for: .latestLegacy) == nil)
    #expect(catalogue(300, prefix: "u").page(at: cursor, for: .latestLegacy) == nil)
    #expect(catalogue(300).page(at: cursor + "1", for: .latestLegacy) == nil)
    #expect(catalogue(300).page(at: cursor.uppercased(), for: .latestLegacy) == nil)
  }

  @Test func toolIsFoundByTheBytesOfItsName() {
    let catalogue = Catalogue(
      provider: FixtureProvider(tools: [FixtureProvider.tool("K")]), info: ServerInfo(name: "x", version: "1"),
      isReloadable: true, pageSize: 200)
    #expect(catalogue.tool(named: "K") != nil)
    // The Kelvin sign is canonically equivalent to K, and another name.
    #expect(catalogue.tool(named: "\u{212A}") == nil)
  }

  @Test func listChangedIsDeclaredOnlyWhereTheListMayChange() {
    let fixed = Catalogue(
      provider: FixtureProvider(), info: ServerInfo(name: "x", version: "1"), isReloadable: false, pageSize: 200)
    #expect(fixed.capabilities == ["tools": [:]])
    #expect(catalogue(1).capabilities == ["tools": ["listChanged": true]])
  }
}
