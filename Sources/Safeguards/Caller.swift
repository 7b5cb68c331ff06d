import JSON

/// Who asked for a trigger, in the client's own words, already cleaned: recorded, never trusted.
package struct Caller: Sendable, Hashable {
  package var clientName: String?
  package var clientVersion: String?
  /// The client's own id of the call, which stays the same when the client sends the call again.
  package var callID: String?
  /// The conversation that the call belongs to.
  package var session: String?

  package init(
    clientName: String? = nil, clientVersion: String? = nil, callID: String? = nil, session: String? = nil
  ) {
    self.clientName = clientName
    self.clientVersion = clientVersion
    self.callID = callID
    self.session = session
  }

  /// As an intent in the ledger holds it.
  init(entry value: JSONValue) {
    self.init(
      clientName: value["client"]?["name"]?.stringValue, clientVersion: value["client"]?["version"]?.stringValue,
      callID: value["call"]?.stringValue, session: value["session"]?.stringValue)
  }

  /// Adds what is known to an intent.
  func append(to entry: inout JSONObject) {
    var client = JSONObject()
    if let clientName { client.append("name", .string(clientName)) }
    if let clientVersion { client.append("version", .string(clientVersion)) }
    if !client.isEmpty { entry.append("client", .object(client)) }
    if let callID { entry.append("call", .string(callID)) }
    if let session { entry.append("session", .string(session)) }
  }
}
