import JSON
import Synchronization

/// What is served between two reloads: one provider, and its lists as bytes, written once for each version and page.
final class Catalogue: Sendable {
  private struct PageKey: Hashable {
    let version: ProtocolVersion
    let start: Int
  }

  /// What is worked out when a client first asks for it: many a start is followed by nothing.
  private struct Known {
    var listing: Listing?
    var pages: [PageKey: [UInt8]] = [:]
    var digest: String?
  }

  private struct Listing {
    let tools: [Tool]
    /// By the name's bytes, since Swift's `==` takes canonically equivalent texts for one.
    let positions: [[UInt8]: Int]
  }

  let provider: any ToolProvider
  let info: ServerInfo
  /// Whether the list may change while the server runs, so that clients want to be told.
  let isReloadable: Bool
  private let pageSize: Int
  private let known = Mutex(Known())

  init(provider: any ToolProvider, info: ServerInfo, isReloadable: Bool, pageSize: Int) {
    self.provider = provider
    self.info = info
    self.isReloadable = isReloadable
    self.pageSize = pageSize
  }

  private var listing: Listing {
    known.withLock { known in
      if let listing = known.listing { return listing }
      let tools = provider.tools
      let positions = Dictionary(
        tools.enumerated().map { (Array($1.name.utf8), $0) }, uniquingKeysWith: { first, _ in first })
      let listing = Listing(tools: tools, positions: positions)
      known.listing = listing
      return listing
    }
  }

  private var tools: [Tool] { listing.tools }

  var toolCount: Int { tools.count }

  /// What the server declares of itself, in both eras.
  var capabilities: JSONValue {
    var tools = JSONObject()
    if isReloadable { tools.append("listChanged", true) }
    var capabilities = JSONObject()
    capabilities.append("tools", .object(tools))
    return .object(capabilities)
  }

  func tool(named name: String) -> Tool? {
    let listing = listing
    return listing.positions[Array(name.utf8)].map { listing.tools[$0] }
  }

  /// The result of `tools/list`: a JSON text.
  /// - Parameter cursor: nil for the first page.
  /// - Returns: nil for a cursor that is not of this list. One from before a reload is refused, as pages of two lists
  ///   do not make one.
  func page(at cursor: String?, for version: ProtocolVersion) -> [UInt8]? {
    var start = 0
    if let cursor {
      guard let position = position(of: cursor) else { return nil }
      start = position
    }
    let key = PageKey(version: version, start: start)
    if let page = known.withLock({ $0.pages[key] }) { return page }
    let page = JSONWriter.write(.object(serialise(from: start, for: version)))
    known.withLock { $0.pages[key] = page }
    return page
  }

  private func serialise(from start: Int, for version: ProtocolVersion) -> JSONObject {
    let end = min(start + pageSize, tools.count)
    let published = tools[start..<end].map { JSONValue.object($0.json(for: version)) }
    var fields: [(String, JSONValue)] = [("tools", .array(published))]
    if end < tools.count { fields.append(("nextCursor", .string(cursor(to: end)))) }
    guard version.era == .modern else { return JSONObject(fields) }
    fields += ModernEra.caching(milliseconds: ModernEra.listLifetimeMilliseconds)
    return ModernEra.result(fields, version, info)
  }

  // A cursor names the list by a digest of its content, not of this process: a stateless client may go on with it after a
  // restart. It guards against mistakes only, so FNV-1a is good enough.
  private func cursor(to position: Int) -> String { digest + "-" + String(position, radix: 36) }

  private func position(of cursor: String) -> Int? {
    let parts = cursor.utf8.split(separator: UInt8(ascii: "-"), maxSplits: 1).map { String(Substring($0)) }
    guard parts.count == 2, let position = Int(parts[1], radix: 36), position > 0, position < tools.count,
      position.isMultiple(of: pageSize), self.cursor(to: position).utf8.elementsEqual(cursor.utf8)
    else { return nil }
    return position
  }

  private var digest: String {
    if let digest = known.withLock({ $0.digest }) { return digest }
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for tool in tools {
      for byte in JSONWriter.write(.object(tool.json(for: ProtocolVersion.all[0]))) {
        hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3
      }
    }
    let digest = String(hash, radix: 36)
    known.withLock { $0.digest = digest }
    return digest
  }
}
