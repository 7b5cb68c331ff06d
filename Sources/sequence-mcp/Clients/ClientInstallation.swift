import JSON
import Platform

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Puts this program's entry into a client's settings and leaves the rest of them as it is.
struct ClientInstallation {
  /// What became of the client's file.
  enum Outcome: Equatable {
    /// It said all of this already.
    case unchanged
    /// - Parameter backup: where the text before the change is; nil where there was no file.
    case written(backup: String?)
  }

  let client: Client
  let entry: ServerEntry
  /// The client's settings file.
  let path: String

  /// Other members of the client's list that launch some copy of this program.
  private(set) var otherKeys: [String] = []

  init(client: Client, entry: ServerEntry, path: String) {
    self.client = client
    self.entry = entry
    self.path = path
  }

  /// - Parameter timestamp: `YYYYMMDD-HHMMSS`, for the backup's name.
  /// - Throws: `CommandError`, with nothing changed, where the file is no JSON, has another server of that name, or may
  ///   not be written.
  mutating func run(timestamp: String) throws(CommandError) -> Outcome {
    let file = try TextFile(at: path)
    guard let bytes = file.bytes, !bytes.allSatisfy(JSONOutline.isSpace) else {
      try file.replace(with: Array((JSONWriter.indentedText(entry.document(for: client)) + "\n").utf8))
      return .written(backup: nil)
    }
    guard let changed = try edited(bytes) else {
      throw CommandError(
        message: "\(path) has another server named '\(entry.key)'; choose a name with --name, nothing was changed",
        exitCode: .judgedBad)
    }
    if changed == bytes { return .unchanged }
    let backup = try keepBackup(of: bytes, path: file.path, timestamp: timestamp)
    try file.replace(with: changed)
    return .written(backup: backup)
  }

  /// The text with the entry in it; nil where the name belongs to another server.
  private mutating func edited(_ bytes: [UInt8]) throws(CommandError) -> [UInt8]? {
    do throws(JSONTextEditor.Fault) {
      var editor = try JSONTextEditor(bytes, allowsComments: client.allowsComments)
      let servers = editor.value[client.serversKey]
      otherKeys = (servers?.objectValue?.members ?? []).compactMap { key, value in
        ServerEntry.isOurs(value) && key != entry.key ? key : nil
      }
      let place = [client.serversKey, entry.key]
      guard let present = servers?[entry.key] else {
        try editor.set(place, to: entry.value(for: client))
        return editor.bytes
      }
      guard ServerEntry.isOurs(present) else { return nil }
      if client.namesTransport { try editor.set(place + ["type"], to: "stdio") }
      try editor.set(place + ["command"], to: .string(entry.command))
      try editor.set(place + ["args"], to: entry.arguments(mergedInto: present["args"]))
      return editor.bytes
    } catch {
      throw CommandError(
        message:
          "\(path):\(error.line):\(error.column): \(error.message); correct it there and try again, nothing was changed",
        exitCode: .judgedBad)
    }
  }

  private func keepBackup(of bytes: [UInt8], path: String, timestamp: String) throws(CommandError) -> String {
    for attempt in 1...100 {
      let backup = "\(path).backup-\(timestamp)" + (attempt == 1 ? "" : "-\(attempt)")
      do throws(SystemError) {
        try File.create(backup, bytes, mode: 0o600)
        return backup
      } catch {
        if error.code != EEXIST { throw .unusable("\(error.description); nothing was changed") }
      }
    }
    throw .unusable("there are 100 backups of \(path) already; nothing was changed")
  }
}
