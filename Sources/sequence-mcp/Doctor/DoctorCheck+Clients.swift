import JSON
import Platform

extension DoctorCheck {
  /// The clients that are installed launch this very binary.
  static let clients = DoctorCheck { patient in
    let places = ClientPlaces.ofThisSystem(patient.console)
    let installed = Clients.all.filter { client in client.installedMark(places).map(FilePath.exists) ?? false }
    if installed.isEmpty {
      return [.note("clients", "none found", remedy: "'sequence-mcp client-config mcp-json' prints an entry for any")]
    }
    return installed.flatMap { findings($0, places) }
  }

  private static func findings(_ client: Client, _ places: ClientPlaces) -> [Finding] {
    let install = "run: sequence-mcp client-config \(client.name) --install"
    var findings: [Finding] = []
    for path in [client.settingsPath(places), client.userSettingsPath(places)].compactMap({ $0 }) {
      do throws(CommandError) {
        findings += try entries(client, path).map { finding(client, $0.key, $0.command, install) }
      } catch {
        findings.append(.problem("clients", "\(client.title): \(error.message)", remedy: "correct that file"))
      }
    }
    return findings.isEmpty
      ? [.note("clients", "\(client.title) does not have this server", remedy: install)] : findings
  }

  private static func finding(_ client: Client, _ key: String, _ command: String, _ install: String) -> Finding {
    if FilePath.resolvingLinks(command).utf8.elementsEqual(OwnBinary.path().utf8) {
      return .fine("clients", "\(client.title) launches this program as '\(key)'")
    }
    let isThere = FilePath.exists(command)
    let install = key == ServerEntry.defaultKey ? install : "\(install) --name \(ShellWord.quoted(key))"
    return .problem(
      "clients", "\(client.title) launches \(command) as '\(key)', which is \(isThere ? "another copy" : "not there")",
      remedy: isThere ? "if it should be this one, \(install)" : install)
  }

  /// The entries of a settings file that launch some copy of this program.
  private static func entries(
    _ client: Client, _ path: String
  ) throws(CommandError) -> [(key: String, command: String)] {
    guard let bytes = try TextFile(at: path).bytes, !bytes.allSatisfy(JSONOutline.isSpace) else { return [] }
    let servers: JSONValue?
    do throws(JSONTextEditor.Fault) {
      servers = try JSONTextEditor(bytes, allowsComments: client.allowsComments).value[client.serversKey]
    } catch {
      throw CommandError(message: "\(path):\(error.line):\(error.column): \(error.message)", exitCode: .judgedBad)
    }
    return (servers?.objectValue?.members ?? []).compactMap { key, value in
      guard ServerEntry.isOurs(value), let command = value["command"]?.stringValue else { return nil }
      return (key, command)
    }
  }
}
