package import JSON
import Platform

/// The self-description of a running server in its state directory, for the owner's commands. Nothing depends on it.
package struct RunningServer: Sendable, Hashable {
  package var processID: Int32
  package var version: String
  /// Absolute; nil without a file.
  package var configurationPath: String?
  /// The state directory of the real account, even if the server uses the sandbox.
  package var stateDirectory: String
  /// In wall-clock milliseconds.
  package var startedMilliseconds: Int64
  /// When it began to serve its current configuration.
  package var servedSinceMilliseconds: Int64
  /// The file that a server without one uses as soon as it exists; absolute.
  package var awaitedPath: String?
  /// The version of the file that it serves, which differs from that of a changed file; nil if it serves none.
  package var servedFile: String?
  /// The client's own name; nil until the client has sent it.
  package var clientName: String?
  package var isSandbox = false
  package var isReadOnly = false
  package var isDryRun = false
  /// Whether its configuration has not been valid yet, so that it only reports that.
  package var isFaulty = false

  /// Creates a server that has served its configuration from its start.
  /// - Parameters:
  ///   - configurationPath: Absolute; nil without a file.
  ///   - stateDirectory: That of the real account, even if the server uses the sandbox.
  ///   - startedMilliseconds: In wall-clock milliseconds.
  package init(
    processID: Int32, version: String, configurationPath: String?, stateDirectory: String, startedMilliseconds: Int64
  ) {
    self.processID = processID
    self.version = version
    self.configurationPath = configurationPath
    self.stateDirectory = stateDirectory
    self.startedMilliseconds = startedMilliseconds
    servedSinceMilliseconds = startedMilliseconds
  }

  /// Whether money may move through it.
  package var triggersRealRules: Bool { !isSandbox && !isReadOnly && !isDryRun && !isFaulty }

  /// `sandbox`, or `real`.
  package var account: String { isSandbox ? "sandbox" : "real" }

  /// - Parameter isOutdated: Whether the file has changed since.
  package func json(isOutdated: Bool) -> JSONValue { json(with: "outdated", .bool(isOutdated)) }

  /// As it is written into the state directory.
  var json: JSONValue { json(with: "served_file", servedFile.map { .string($0) } ?? .null) }

  private func json(with key: String, _ value: JSONValue) -> JSONValue {
    [
      "pid": JSONValue(Int(processID)), "version": .string(version),
      "config": configurationPath.map { .string($0) } ?? .null, "state_dir": .string(stateDirectory),
      "started": .string(Timestamp.rfc3339(milliseconds: startedMilliseconds)),
      "served_since": .string(Timestamp.rfc3339(milliseconds: servedSinceMilliseconds)),
      "client": clientName.map { .string($0) } ?? .null, "account": .string(account), "read_only": .bool(isReadOnly),
      "awaits": awaitedPath.map { .string($0) } ?? .null, "dry_run": .bool(isDryRun), "faulty": .bool(isFaulty),
      key: value,
    ]
  }

  init?(_ value: JSONValue) {
    guard let processID = value["pid"]?.numberValue?.intValue.flatMap(Int32.init(exactly:)),
      let version = value["version"]?.stringValue, let stateDirectory = value["state_dir"]?.stringValue,
      let started = value["started"]?.stringValue.flatMap(Timestamp.milliseconds(rfc3339:)),
      let servedSince = value["served_since"]?.stringValue.flatMap(Timestamp.milliseconds(rfc3339:))
    else { return nil }
    self.init(
      processID: processID, version: version, configurationPath: value["config"]?.stringValue,
      stateDirectory: stateDirectory, startedMilliseconds: started)
    servedSinceMilliseconds = servedSince
    awaitedPath = value["awaits"]?.stringValue
    servedFile = value["served_file"]?.stringValue
    clientName = value["client"]?.stringValue
    isSandbox = value["account"] == "sandbox"
    isReadOnly = value["read_only"] == true
    isDryRun = value["dry_run"] == true
    isFaulty = value["faulty"] == true
  }
}
