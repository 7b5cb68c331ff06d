import Platform

/// What the clients on this machine launch.
struct ClientSurvey {
  private(set) var servers: [LaunchedServer] = []
  /// Descriptions of settings that were not read, each with whether they are faulty.
  private(set) var unread: [(client: Client, text: String, isFault: Bool)] = []

  /// The maximum number of entries that are read from a settings file of the user, and from one of a project.
  private static let limits = (own: 64, project: 8)

  /// Reads the settings of every installed client.
  init(_ console: Console) {
    let places = ClientLocations.ofThisSystem(console)
    for client in Clients.all where client.isFound(places) {
      for file in client.files(places) where !FilePath.isAbsent(file.path) {
        do throws(CommandError) {
          try read(file, console)
        } catch {
          unread.append((client, "\(client.title): \(error.message)", true))
        }
      }
    }
  }

  private mutating func read(_ file: SettingsFile, _ console: Console) throws(CommandError) {
    let client = file.client
    guard client.syntax != .yaml else {
      // Settings without its name launch nothing of this program.
      guard try TextFile(at: file.path).bytes?.contains(part: "sequence-mcp".utf8) ?? true else { return }
      return unread.append((client, "\(client.title)'s settings are not checked", false))
    }
    let entries = try file.entries()
    let limit = file.isOfProject ? Self.limits.project : Self.limits.own
    servers += entries.prefix(limit).map { LaunchedServer($0, in: file, console) }
    guard entries.count > limit else { return }
    let all = "\(entries.count) entries of this program in \(file.path)"
    unread.append((client, "\(client.title): of the \(all), only \(limit) were read", false))
  }

  /// The paths of the servers into whose state directories the owner's commands look. What must not be shown does not exist.
  var used: [(configuration: String, state: String)] {
    servers.filter(\.isUsed).compactMap(\.paths).filter { ServerEntry.isShown(path: $0.state) }
  }

  /// Returns what a command on those directories does not reach, each with what to do about it.
  /// - Parameters:
  ///   - words: The subcommand and its operands.
  ///   - asks: Whether it asks at a terminal.
  func unreached(by directories: [String], _ words: [String], asks: Bool = false) -> [String] {
    servers.compactMap { $0.unreached(by: directories, words, asks: asks) } + unread.map(\.text)
  }
}
