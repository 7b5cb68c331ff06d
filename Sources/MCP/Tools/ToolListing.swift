package import JSON

/// What clients of the newest version see, for people who want to look at it without a client.
package enum ToolListing {
  /// The exact `tools/list` result of the newest protocol version, all tools on one page.
  package static func newest(_ provider: any ToolProvider, info: ServerInfo) -> JSONValue {
    let catalogue = Catalogue(provider: provider, info: info, isReloadable: false, pageSize: .max)
    let page = catalogue.page(at: nil, for: ProtocolVersion.all[0]) ?? []
    return (try? JSONParser.parse(page)) ?? .null
  }
}
