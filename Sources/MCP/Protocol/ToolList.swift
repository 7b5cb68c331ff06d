package import JSON
import Platform
import Synchronization

/// The tool list served between two reloads: one provider, and its lists serialized once per version and page.
final class ToolList: Sendable {
  private struct Page {
    let cursor: String
    /// The result of `tools/list`.
    let result: [UInt8]
  }

  /// Values computed when a client first asks for them, because many servers are started and never used.
  private struct Known {
    var tools: (listed: [Tool], unlisted: [Tool])?
    var pages: [ProtocolVersion: [Page]] = [:]
  }

  let provider: any ToolProvider
  let info: ServerInfo
  /// Whether the list may change while the server runs. If so, `listChanged` is declared.
  let isReloadable: Bool
  /// The maximum size of a page, in bytes.
  private let pageBytes: Int
  private let known = Mutex(Known())

  init(provider: any ToolProvider, info: ServerInfo, isReloadable: Bool, pageBytes: Int) {
    self.provider = provider
    self.info = info
    self.isReloadable = isReloadable
    self.pageBytes = pageBytes
  }

  private var allTools: (listed: [Tool], unlisted: [Tool]) {
    known.withLock { known in
      let tools = known.tools ?? (provider.tools, provider.unlistedTools)
      known.tools = tools
      return tools
    }
  }

  private var tools: [Tool] { allTools.listed }

  var toolCount: Int { tools.count }

  /// How long a client may cache the list. Short, because the list changes when the owner edits the configuration.
  var lifetimeMilliseconds: Int { provider.isTemporary ? 0 : 300_000 }

  /// How long a client may cache the result of `server/discover`. No notification tells it that the instructions changed.
  var discoveryLifetimeMilliseconds: Int { isReloadable ? lifetimeMilliseconds : 3_600_000 }

  /// Whether both publish the same tools, byte for byte.
  func publishesTheSame(as other: ToolList) -> Bool { published == other.published }

  /// The tools as the newest version has them, which has all their fields.
  private var published: [[UInt8]] { tools.map { JSONWriter.write(.object($0.json(for: ProtocolVersion.all[0]))) } }

  /// The server's capabilities, in both eras.
  var capabilities: JSONValue {
    ["tools": isReloadable ? ["listChanged": true] : [:]]
  }

  func tool(named name: String) -> Tool? {
    let (listed, unlisted) = allTools
    return listed.first { $0.name.hasSameBytes(as: name) } ?? unlisted.first { $0.name.hasSameBytes(as: name) }
  }

  /// Returns the result of `tools/list`.
  /// - Parameter cursor: Nil for the first page.
  /// - Returns: nil if the cursor does not belong to this list. Cursors from before a reload are refused, because pages of two
  ///   different lists cannot be combined.
  func page(at cursor: String?, for version: ProtocolVersion) -> [UInt8]? {
    let pages = pages(for: version)
    guard let cursor else { return pages.first?.result }
    return pages.dropFirst().first { $0.cursor.hasSameBytes(as: cursor) }?.result
  }

  private func pages(for version: ProtocolVersion) -> [Page] {
    if let pages = known.withLock({ $0.pages[version] }) { return pages }
    let pages = serialize(for: version)
    known.withLock { $0.pages[version] = pages }
    return pages
  }

  /// Returns a single page unless it would be too long, because some clients read only the first.
  private func serialize(for version: ProtocolVersion) -> [Page] {
    let published = tools.map { JSONValue.object($0.json(for: version)) }
    let whole = result(published[...], nextCursor: nil, for: version)
    guard whole.count > pageBytes else { return [Page(cursor: "", result: whole)] }
    // Each length includes a comma. The rest of the result, and a cursor, are repeated on every page.
    let lengths = published.map { JSONWriter.write($0).count + 1 }
    let room = pageBytes - (whole.count - lengths.reduce(0, +)) - 64
    var starts = [0]
    var length = 0
    for (index, bytes) in lengths.enumerated() {
      if length + bytes > room, length > 0 {
        starts.append(index)
        length = 0
      }
      length += bytes
    }
    // A cursor identifies the list by a digest of its content, not by this process, so a stateless client can continue after a
    // restart. It only guards against mistakes, so FNV-1a is good enough.
    let digest = String(FNV1a.hash(self.published.joined()), radix: 36)
    let cursors = starts.map { digest + "-" + String($0, radix: 36) }
    return starts.indices.map { index in
      let isLast = index == starts.count - 1
      let tools = published[starts[index]..<(isLast ? published.count : starts[index + 1])]
      return Page(
        cursor: cursors[index],
        result: result(tools, nextCursor: isLast ? nil : cursors[index + 1], for: version))
    }
  }

  private func result(
    _ published: ArraySlice<JSONValue>, nextCursor: String?, for version: ProtocolVersion
  ) -> [UInt8] {
    var fields: [(String, JSONValue)] = [("tools", .array(Array(published)))]
    if let nextCursor { fields.append(("nextCursor", .string(nextCursor))) }
    guard version.era == .modern else { return JSONWriter.write(.object(JSONObject(fields))) }
    fields += ModernEra.caching(milliseconds: lifetimeMilliseconds)
    return JSONWriter.write(.object(ModernEra.result(fields, version, info)))
  }
}

/// The tool list as clients of the newest version see it, for inspection without a client.
package enum ToolListing {
  /// Returns the exact `tools/list` result of the newest protocol version, with all tools on one page.
  package static func newest(_ provider: any ToolProvider, info: ServerInfo) -> JSONValue {
    let toolList = ToolList(provider: provider, info: info, isReloadable: false, pageBytes: .max)
    let page = toolList.page(at: nil, for: ProtocolVersion.all[0])
    return page.flatMap { try? JSONParser.parse($0) } ?? .null
  }
}
