import CSystem
import JSON
import Platform

/// A client's settings file, to which this program's entry is added or from which it is removed. The rest stays byte for byte.
struct ClientInstallation {
  /// The result of a change.
  struct Outcome {
    /// The backup of the previous content; nil if there was none or nothing was changed.
    var backup: String?
    var isChanged = false
    /// The entry of that name before the change.
    var before: ServerEntry?
    /// The entry after the change; nil if it was removed.
    var after: ServerEntry?
    /// The keys of other entries that launch a copy of this program.
    var otherKeys: [String] = []
  }

  let client: Client
  /// The path that the client uses; it may be a link.
  let path: String

  /// Returns the entries that launch a copy of this program.
  /// - Throws: `CommandError` if the file cannot be read.
  func entries() throws(CommandError) -> [ServerEntry] {
    guard let bytes = try TextFile(at: path).bytes, !ClientInstallation.isBlank(bytes) else { return [] }
    do throws(JSONEditor.Fault) {
      return try ClientSettings(bytes, client).entries
    } catch {
      throw CommandError(
        message:
          "\(path) is not valid \(syntaxName) at \(error.line):\(error.column), so the client was not checked: \(error.message)",
        exitCode: .failure)
    }
  }

  /// Whether the file has a server of that name, this program or another.
  /// - Throws: `CommandError` if the file cannot be read.
  func has(_ key: String) throws(CommandError) -> Bool {
    guard let bytes = try TextFile(at: path).bytes, !ClientInstallation.isBlank(bytes) else { return false }
    let text = try settings(bytes)
    return text.value(at: text.servers + [key]) != nil
  }

  /// Adds the entry, merging it into an existing one of the same name.
  /// - Parameters:
  ///   - replacesConfiguration: Whether the configuration of an existing entry is replaced.
  ///   - timestamp: `YYYYMMDD-HHMMSS`, for the backup's name.
  /// - Throws: `CommandError`, with nothing changed, if the file is invalid, the name belongs to another program, or the file
  ///   cannot be written.
  func install(
    _ entry: ServerEntry, replacesConfiguration: Bool, timestamp: String
  ) throws(CommandError) -> Outcome {
    try TextFile.refuseDanglingLink(at: path)
    let file = try TextFile(at: path)
    var outcome = Outcome(after: entry)
    let bytes = file.bytes ?? []
    var text = try settings(ClientInstallation.isBlank(bytes) ? client.emptySettings : bytes)
    outcome.otherKeys = text.entries.map(\.key).filter { $0 != entry.key }
    let place = text.servers + [entry.key]
    var members = client.form.members(entry)
    if let present = text.value(at: place) {
      let before = try ownEntry(present, entry.key)
      guard before.launcher.isEmpty || before.launcher == entry.launcher else {
        let launcher = ShellWord.line(before.launcher)
        throw refused("'\(entry.key)' in \(path) launches this program through '\(launcher)'; --remove it first")
      }
      let merged = entry.merged(into: before, replacesConfiguration: replacesConfiguration)
      outcome.before = before
      outcome.after = merged
      members = client.form.changes(merged, to: present)
    }
    try faults { () throws(JSONEditor.Fault) in try text.set(place, to: members) }
    if text.bytes != bytes { try write(text.bytes, file, &outcome, timestamp) }
    return outcome
  }

  /// Removes the entry of that name.
  /// - Throws: as `install`.
  func remove(_ key: String, timestamp: String) throws(CommandError) -> Outcome {
    try TextFile.refuseDanglingLink(at: path)
    let file = try TextFile(at: path)
    var outcome = Outcome()
    guard let bytes = file.bytes, !ClientInstallation.isBlank(bytes) else { return outcome }
    var text = try settings(bytes)
    outcome.otherKeys = text.entries.map(\.key).filter { $0 != key }
    let place = text.servers + [key]
    guard let present = text.value(at: place) else { return outcome }
    outcome.before = try ownEntry(present, key)
    try faults { () throws(JSONEditor.Fault) in try text.remove(place) }
    try write(text.bytes, file, &outcome, timestamp)
    return outcome
  }

  /// Returns the current time in UTC, for a backup's name: `20261122-155612`.
  static func timestamp() -> String {
    let text = Timestamp.rfc3339(milliseconds: SystemClock().wallMilliseconds())
    return text.prefix(19).filter { $0 != "-" && $0 != ":" }.map { $0 == "T" ? "-" : String($0) }.joined()
  }

  private func write(
    _ bytes: [UInt8], _ file: TextFile, _ outcome: inout Outcome, _ timestamp: String
  ) throws(CommandError) {
    try file.requireWritable()
    var made: [String] = []
    do throws(CommandError) {
      if let before = file.bytes, !before.isEmpty { outcome.backup = try keepBackup(of: before, file, timestamp) }
      if file.bytes == nil { try makeDirectory(FilePath.parent(file.path), &made) }
      try file.replace(with: bytes)
    } catch {
      if let backup = outcome.backup { unlink(backup) }
      for directory in made.reversed() { rmdir(directory) }
      throw error
    }
    if file.bytes == nil { ClientInstallation.giveToOwner(of: FilePath.parent(file.path), file.path) }
    outcome.isChanged = true
  }

  /// Creates the directory and its missing parents. Under sudo they get the owner of the nearest existing directory.
  /// - Parameter made: Gets the directories that were created, outermost first.
  private func makeDirectory(_ path: String, _ made: inout [String]) throws(CommandError) {
    if FilePath.exists(path) { return }
    let above = FilePath.parent(path)
    try makeDirectory(above, &made)
    do throws(SystemError) {
      try FilePath.makeDirectories(path, mode: 0o700)
    } catch {
      throw .unwritable(path, error)
    }
    made.append(path)
    ClientInstallation.giveToOwner(of: above, path)
  }

  private static func giveToOwner(of other: String, _ path: String) {
    guard geteuid() == 0, let status = try? FileStatus(of: other) else { return }
    _ = lchown(path, status.owner, status.group)
  }

  /// Writes a backup next to the path that the client uses, never into the directory that a link leads to: that may be a repository.
  private func keepBackup(
    of bytes: [UInt8], _ file: TextFile, _ timestamp: String
  ) throws(CommandError) -> String {
    for attempt in 1...100 {
      let backup = "\(path).backup-\(timestamp)" + (attempt == 1 ? "" : "-\(attempt)")
      do throws(SystemError) {
        try File.create(backup, bytes, mode: 0o600)
        ClientInstallation.giveToOwner(of: file.path, backup)
        return backup
      } catch {
        if error.code != EEXIST { throw .unwritable(backup, error) }
      }
    }
    throw .unusable("there are 100 backups of \(path) already; nothing was changed")
  }

  private func ownEntry(_ value: JSONValue, _ key: String) throws(CommandError) -> ServerEntry {
    guard let entry = ServerEntry(key, value) else {
      throw refused("\(path) has another server named '\(key)'; choose a name, such as --name \(ServerEntry.otherKey)")
    }
    return entry
  }

  private func refused(_ message: String) -> CommandError {
    CommandError(message: message + ", nothing was changed", exitCode: .failure)
  }

  private func settings(_ bytes: [UInt8]) throws(CommandError) -> ClientSettings {
    do throws(JSONEditor.Fault) {
      return try ClientSettings(bytes, client)
    } catch {
      throw refused(
        "\(path):\(error.line):\(error.column): \(error.message); correct it there and try again")
    }
  }

  private var syntaxName: String {
    switch client.syntax {
    case .json, .jsonWithComments: "JSON"
    case .toml: "TOML"
    case .yaml: "YAML"
    }
  }

  private func faults<Result>(_ body: () throws(JSONEditor.Fault) -> Result) throws(CommandError) -> Result {
    do throws(JSONEditor.Fault) {
      return try body()
    } catch {
      throw refused("\(path):\(error.line):\(error.column): \(error.message); correct it there and try again")
    }
  }

  private static func isBlank(_ bytes: [UInt8]) -> Bool {
    bytes.allSatisfy { $0 == 0x20 || $0 == 0x09 || $0 == 0x0A || $0 == 0x0D }
  }
}

/// The text of a client's settings, for editing.
struct ClientSettings {
  private enum Text {
    case json(JSONEditor)
    case toml(TOMLEditor)
  }

  private var text: Text
  /// The key path of the servers.
  private(set) var servers: [String] = []

  /// - Throws: `JSONEditor.Fault` if the text is not in the client's syntax.
  init(_ bytes: [UInt8], _ client: Client) throws(JSONEditor.Fault) {
    switch client.syntax {
    case .json: text = .json(try JSONEditor(bytes, allowsComments: false))
    case .jsonWithComments, .yaml: text = .json(try JSONEditor(bytes, allowsComments: true))
    case .toml: text = .toml(try TOMLEditor(bytes))
    }
    servers = client.servers(value(at: []) ?? .null)
  }

  var bytes: [UInt8] {
    switch text {
    case .json(let editor): editor.bytes
    case .toml(let editor): editor.bytes
    }
  }

  func value(at path: [String]) -> JSONValue? {
    switch text {
    case .json(let editor): path.reduce(editor.value as JSONValue?) { $0?[$1] }
    case .toml(let editor): editor.value(at: path)
    }
  }

  /// The entries that launch a copy of this program.
  var entries: [ServerEntry] {
    (value(at: servers)?.objectValue?.members ?? []).compactMap { ServerEntry($0.key, $0.value) }
  }

  /// Sets members of the object at `path`, creating the object if it is missing.
  mutating func set(_ path: [String], to members: [(key: String, value: JSONValue)]) throws(JSONEditor.Fault) {
    let isThere = value(at: path) != nil
    switch text {
    case .json(var editor):
      if isThere {
        for (key, value) in members { try editor.set(path + [key], to: value) }
      } else {
        try editor.set(path, to: .object(JSONObject(members.map { ($0.key, $0.value) })))
      }
      text = .json(editor)
    case .toml(var editor):
      try editor.set(path, to: members)
      text = .toml(editor)
    }
  }

  /// Removes the member at `path`.
  mutating func remove(_ path: [String]) throws(JSONEditor.Fault) {
    switch text {
    case .json(var editor):
      _ = try editor.remove(path)
      text = .json(editor)
    case .toml(var editor):
      _ = try editor.remove(path)
      text = .toml(editor)
    }
  }
}

extension Client {
  /// The content of an empty settings file.
  var emptySettings: [UInt8] {
    switch syntax {
    case .json, .jsonWithComments: Array("{}\n".utf8)
    case .toml, .yaml: []
    }
  }

  /// Returns a settings file that contains this entry alone, for printing.
  func document(_ entry: ServerEntry) -> String {
    let members = form.members(entry)
    let value = JSONValue.object(JSONObject(members.map { ($0.key, $0.value) }))
    let path = servers(.null) + [entry.key]
    switch syntax {
    case .json, .jsonWithComments:
      return JSONWriter.indentedText(path.reversed().reduce(value) { inner, key in .object([key: inner]) })
    case .toml:
      let lines = members.map { "\($0.key) = \(TOMLEditor.text($0.value))" }
      return (["[\(path.map(TOMLEditor.key).joined(separator: "."))]"] + lines).joined(separator: "\n")
    case .yaml:
      // JSON strings are valid YAML strings.
      let arguments = entry.words.dropFirst().map { JSONWriter.text(.string($0)) }.joined(separator: ", ")
      let variables = entry.environment.map { "\($0.name): \(JSONWriter.text(.string($0.value)))" }
      return """
        \(path[0]):
          \(entry.key):
            type: stdio
            name: \(entry.key)
            enabled: true
            cmd: \(JSONWriter.text(.string(entry.words[0])))
            args: [\(arguments)]
            envs: {\(variables.joined(separator: ", "))}
            timeout: 330
        """
    }
  }
}
