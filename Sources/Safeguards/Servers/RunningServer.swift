package import JSON
import Platform

/// What a running server says of itself in its state directory, for the owner's commands. It decides nothing.
package struct RunningServer: Sendable, Hashable {
  package var processID: Int32
  package var version: String
  /// Absolute; nil without a file.
  package var configurationPath: String?
  /// Of the real account, even if the server plays against the sandbox.
  package var stateDirectory: String
  /// In wall-clock milliseconds.
  package var startedMilliseconds: Int64
  /// Since when it serves the configuration that it serves now.
  package var servedSinceMilliseconds: Int64
  /// Whether the configuration's file has changed since into one that is not valid.
  package var isOutdated = false
  /// What the client calls itself; nil until it has said so.
  package var clientName: String?
  package var isSandbox = false
  package var isReadOnly = false
  package var isDryRun = false
  /// Whether its file has not been valid yet, so that it offers nothing but to say so.
  package var isFaulty = false

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

  /// `sandbox`, or `real`.
  package var account: String { isSandbox ? "sandbox" : "real" }

  package var json: JSONValue {
    [
      "pid": JSONValue(Int(processID)), "version": .string(version),
      "config": configurationPath.map { .string($0) } ?? .null, "state_dir": .string(stateDirectory),
      "started": .string(Timestamp.rfc3339(milliseconds: startedMilliseconds)),
      "served_since": .string(Timestamp.rfc3339(milliseconds: servedSinceMilliseconds)),
      "outdated": .bool(isOutdated), "client": clientName.map { .string($0) } ?? .null, "account": .string(account),
      "read_only": .bool(isReadOnly), "dry_run": .bool(isDryRun),
      "faulty": .bool(isFaulty),
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
    isOutdated = value["outdated"] == true
    clientName = value["client"]?.stringValue
    isSandbox = value["account"] == "sandbox"
    isReadOnly = value["read_only"] == true
    isDryRun = value["dry_run"] == true
    isFaulty = value["faulty"] == true
  }
}
