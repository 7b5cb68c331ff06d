import CSystem
import JSON
import Platform

/// A client's settings file, to which this program's entry is added or from which it is removed. The rest stays byte for byte.
struct SettingsFile {
  /// The result of a change.
  struct Outcome {
    /// The backup of the previous content; nil if there was none or nothing was changed.
    var backup: String?
    var isChanged = false
    var before: ServerEntry?
    /// The entry after the change; nil if it was removed.
    var after: ServerEntry?
    /// The keys of other entries that launch a copy of this program.
    var otherKeys: [String] = []
  }

  let client: Client
  /// The path that the client uses; it may be a link.
  let path: String
  /// Whether it is that of a project, which anyone who works on the project may have written.
  var isOfProject = false

  /// Whether this program may edit it.
  var isWritten: Bool { client.isWritten || isOfProject }

  /// Returns the entries that launch a copy of this program.
  func entries() throws(CommandError) -> [ServerEntry] {
    let bytes = try TextFile(at: path).bytes
    return try CommandError.mapping(try ClientSettings(bytes, client).entries) { (fault: JSONEditor.Fault) in
      .failure(
        "\(path) is not valid \(client.syntax == .toml ? "TOML" : "JSON") at \(fault.line):\(fault.column), so the "
          + "client was not checked: \(fault.message)")
    }
  }

  /// nil if the file cannot be read.
  private var settings: ClientSettings? {
    (try? TextFile(at: path)).flatMap { try? ClientSettings($0.bytes, client) }
  }

  /// Whether the file has a server of that name, this program or another.
  func has(_ key: String) -> Bool { settings.map { $0.editor.value(at: $0.servers + [key]) != nil } ?? false }

  /// Whether a removal has left nothing in the file but the list of servers, as it does in one that `install` created.
  var isEmptied: Bool {
    func isEmpty(_ value: JSONValue) -> Bool { value.objectValue?.members.allSatisfy { isEmpty($0.value) } ?? false }
    guard FilePath.exists(path), let settings else { return false }
    let backup = FilePath.lastComponent(path) + ".backup-"
    return isEmpty(settings.editor.value)
      && FileSystem.names(in: FilePath.parent(path))?.contains { $0.hasPrefix(backup) } == true
  }

  /// Adds the entry, merging it into an existing one of the same name.
  /// - Parameter replacesConfiguration: Whether the configuration of an existing entry is replaced.
  /// - Throws: `CommandError`, with nothing changed, if the file is invalid, the name belongs to another program, or the file
  ///   cannot be written.
  func install(_ entry: ServerEntry, replacesConfiguration: Bool) throws(CommandError) -> Outcome {
    try change(entry.key) { (settings, place, outcome) throws(CommandError) in
      outcome.after = entry
      var members = client.form.members(entry)
      if let present = settings.editor.value(at: place), let before = outcome.before {
        guard before.launcher.isEmpty || before.launcher == entry.launcher else {
          throw refused(
            "'\(entry.key)' in \(path) launches this program through \(before.shownLauncher); --remove it first")
        }
        let merged = entry.merged(into: before, replacesConfiguration: replacesConfiguration)
        outcome.after = merged
        members = client.form.changes(merged, to: present)
      }
      try edit(try settings.editor.set(place, to: members))
    }
  }

  func remove(_ key: String) throws(CommandError) -> Outcome {
    try change(key) { (settings, place, outcome) throws(CommandError) in
      if outcome.before != nil { _ = try edit(try settings.editor.remove(place)) }
    }
  }

  /// Changes the entry of that name, and writes the file if that changes its text.
  /// - Parameter change: Gets the key path of the entry, and the outcome with the entry before the change.
  private func change(
    _ key: String,
    _ change: (inout ClientSettings, _ place: [String], inout Outcome) throws(CommandError) -> Void
  ) throws(CommandError) -> Outcome {
    try TextFile.refuseDanglingLink(at: path)
    let file = try TextFile(at: path)
    var settings = try edit(try ClientSettings(file.bytes, client))
    let place = settings.servers + [key]
    let before = settings.editor.bytes
    var outcome = Outcome(otherKeys: settings.entries.map(\.key).filter { $0 != key })
    if let present = settings.editor.value(at: place) {
      outcome.before = ServerEntry(key, present)
      guard outcome.before != nil else {
        throw refused(
          "\(path) has another server named '\(key)'; choose a name, such as --name \(ServerEntry.otherKey)")
      }
    }
    try change(&settings, place, &outcome)
    if settings.editor.bytes != before { try write(settings.editor.bytes, file, &outcome) }
    return outcome
  }

  private func write(_ bytes: [UInt8], _ file: TextFile, _ outcome: inout Outcome) throws(CommandError) {
    try file.requireWritable()
    var made: [String] = []
    do throws(CommandError) {
      if let before = file.bytes, !before.isEmpty { outcome.backup = try keepBackup(of: before, file) }
      if file.bytes == nil { try makeDirectory(FilePath.parent(file.path), &made) }
      try file.replace(with: bytes)
    } catch {
      if let backup = outcome.backup { unlink(backup) }
      for directory in made.reversed() { rmdir(directory) }
      throw error
    }
    if file.bytes == nil { SettingsFile.giveToOwner(of: FilePath.parent(file.path), file.path) }
    outcome.isChanged = true
  }

  /// Creates the directory and its missing parents. Under sudo they get the owner of the nearest existing directory.
  /// - Parameter made: Gets the directories that were created, outermost first.
  private func makeDirectory(_ path: String, _ made: inout [String]) throws(CommandError) {
    if FilePath.exists(path) { return }
    let above = FilePath.parent(path)
    try makeDirectory(above, &made)
    try CommandError.writing(path, FilePath.makeDirectories(path, mode: 0o700))
    made.append(path)
    SettingsFile.giveToOwner(of: above, path)
  }

  private static func giveToOwner(of other: String, _ path: String) {
    guard geteuid() == 0, let status = try? FileStatus(of: other) else { return }
    _ = lchown(path, status.owner, status.group)
  }

  /// Writes a backup next to the path that the client uses, never into the directory that a link leads to: that may be a
  /// repository.
  private func keepBackup(of bytes: [UInt8], _ file: TextFile) throws(CommandError) -> String {
    // In UTC: `20261122-155612`.
    let timestamp = Timestamp.rfc3339(milliseconds: SystemClock().wallMilliseconds()).prefix(19)
      .filter { $0 != "-" && $0 != ":" }.map { $0 == "T" ? "-" : String($0) }.joined()
    for attempt in 1...100 {
      let backup = "\(path).backup-\(timestamp)" + (attempt == 1 ? "" : "-\(attempt)")
      do throws(SystemError) {
        try File.create(backup, bytes, mode: 0o600)
        SettingsFile.giveToOwner(of: file.path, backup)
        return backup
      } catch {
        if error.code != EEXIST { throw .unwritable(backup, error) }
      }
    }
    throw .unusable("there are 100 backups of \(path) already; nothing was changed")
  }

  private func refused(_ message: String) -> CommandError { .failure(message + ", nothing was changed") }

  private func edit<Result>(_ body: @autoclosure () throws(JSONEditor.Fault) -> Result) throws(CommandError) -> Result {
    try CommandError.mapping(try body()) { (fault: JSONEditor.Fault) in
      refused("\(path):\(fault.line):\(fault.column): \(fault.message); correct it there and try again")
    }
  }
}

/// The text of a client's settings, for editing.
struct ClientSettings {
  var editor: any SettingsEditor
  /// The key path of the servers.
  let servers: [String]
  private let localServers: [(project: String, servers: JSONValue)]

  /// - Parameter bytes: Nil for a file that does not exist. Blank text is taken as empty settings.
  init(_ bytes: [UInt8]?, _ client: Client) throws(JSONEditor.Fault) {
    let text = (bytes ?? []).allSatisfy(\.isASCIISpace) ? nil : bytes
    if client.syntax == .toml {
      editor = try TOMLEditor(text ?? [])
    } else {
      editor = try JSONEditor(text ?? Array("{}\n".utf8), allowsComments: client.syntax == .jsonWithComments)
    }
    servers = client.servers(editor.value)
    localServers = client.localServers(editor.value)
  }

  /// The entries that launch a copy of this program.
  var entries: [ServerEntry] {
    let lists = [(nil, editor.value(at: servers))] + localServers.map { ($0.project as String?, $0.servers) }
    return lists.flatMap { project, servers in
      (servers?.objectValue?.members ?? []).compactMap { key, value in
        var entry = ServerEntry(key, value)
        entry?.project = project
        return entry
      }
    }
  }
}

/// An editor for one syntax of settings, which preserves every byte that it need not change.
protocol SettingsEditor {
  var bytes: [UInt8] { get }
  var value: JSONValue { get }
  /// Sets members of the object at `path`, creating the object if it is missing.
  mutating func set(_ path: [String], to members: [(key: String, value: JSONValue)]) throws(JSONEditor.Fault)
  /// - Returns: Whether there was such a member.
  mutating func remove(_ path: [String]) throws(JSONEditor.Fault) -> Bool
}

extension SettingsEditor {
  func value(at path: [String]) -> JSONValue? { path.reduce(value as JSONValue?) { $0?[$1] } }
}

extension JSONEditor: SettingsEditor {
  mutating func set(_ path: [String], to members: [(key: String, value: JSONValue)]) throws(JSONEditor.Fault) {
    guard value(at: path) != nil else {
      return try set(path, to: .object(JSONObject(members: members)))
    }
    for (key, value) in members { try set(path + [key], to: value) }
  }
}

extension Client {
  /// Returns a settings file that contains this entry alone, for printing.
  func document(_ entry: ServerEntry) -> String {
    let members = form.members(entry)
    let value = JSONValue.object(JSONObject(members: members))
    let path = servers(.null) + [entry.key]
    switch syntax {
    case .json, .jsonWithComments:
      return JSONWriter.indentedText(path.reversed().reduce(value) { inner, key in .object([key: inner]) })
    case .toml: return TOMLEditor.lines(path, members).joined(separator: "\n")
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
