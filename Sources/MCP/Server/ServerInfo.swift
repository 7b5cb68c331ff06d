import JSON

/// Who the server says it is (MCP, Implementation).
package struct ServerInfo: Sendable, Hashable {
  package var name: String
  /// For people; versions before 2025-06-18 do not have it.
  package var title: String?
  package var version: String
  /// For people; versions before 2025-11-25 do not have it.
  package var description: String?

  package init(name: String, title: String? = nil, version: String, description: String? = nil) {
    self.name = name
    self.title = title
    self.version = version
    self.description = description
  }

  /// As `serverInfo` in that version.
  func json(for protocolVersion: ProtocolVersion) -> JSONObject {
    var object = JSONObject(minimumCapacity: 4)
    object.append("name", .string(name))
    if protocolVersion.has(.titles), let title { object.append("title", .string(title)) }
    object.append("version", .string(version))
    if protocolVersion.has(.serverDescription), let description { object.append("description", .string(description)) }
    return object
  }
}
