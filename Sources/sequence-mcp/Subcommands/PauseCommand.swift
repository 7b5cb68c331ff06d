import Config
import Platform
import Rules
import Safeguards

/// `pause`: the emergency stop.
enum PauseCommand: Subcommand {
  static let name = "pause"
  static let summary = "stop all triggers at once, until 'resume'"
  static let operands = "[REASON...]"
  static let operandCount = 0...256
  static let details = """
    Writes the file 'paused' into the state directory. From then on, every server that uses that directory refuses to
    trigger anything, including calls that wait for an answer or a retry, and gives the model the REASON. Accounts can still
    be read. It works with a broken configuration, too, and names what it does not reach: clients with another state
    directory, machine or user.
    """
  static let examples = ["pause", "pause on holiday until Monday"]
  static let options = [Option.config, Option.stateDirectory]

  static func run(_ arguments: ParsedArguments, _ console: Console) throws(CommandError) -> ExitCode {
    let places = try PausePlaces(arguments, console)
    let reason = arguments.operands.joined(separator: " ")
    var exitCode = ExitCode.success
    var written: [String] = []
    for directory in places.directories {
      do throws(LedgerFault) {
        try PauseFile.write(reason: reason, in: directory)
        written.append(directory)
      } catch {
        console.error("NOT paused: \(error); \(error.help)")
        exitCode = .unusable
      }
    }
    if !written.isEmpty {
      console.say("Paused: nothing is triggered until you run")
      console.out("  " + arguments.next(ResumeCommand.self))
      console.say("Written to")
      for directory in written { console.out("  " + console.shown(path: FilePath.join(directory, PauseFile.name))) }
    }
    if !places.unreached.isEmpty {
      console.say("Not reached:")
      for line in places.unreached {
        console.out(TextWrap.lines("  " + line, width: console.width, hanging: 4).joined(separator: "\n"))
      }
    }
    return exitCode
  }
}

/// The state directories that `pause` and `resume` work on, found even if the configuration is not valid.
struct PausePlaces {
  /// The state directory of the run's own configuration, then those of running servers that it would miss.
  let directories: [String]
  /// Descriptions of what the pause does not reach, each with what to do about it.
  let unreached: [String]

  init(_ arguments: ParsedArguments, _ console: Console) throws(CommandError) {
    let place = ConfigurationPlace(named: arguments[.config], console)
    let path = FilePath.absolute(place.path)
    let loaded = FilePath.isAbsent(place.path) ? nil : ConfigurationInput.loader(console).load(path: place.path)
    let isValid = loaded.map { $0.configuration != nil } ?? !place.isNamed
    var configuration = loaded?.configuration ?? Configuration()
    if !isValid { configuration.stateDirectory = ConfiguredState.directory(of: place.path, console) }
    let state = try StatePlace(
      option: arguments[.stateDirectory], configuration: configuration, configurationPath: path, console)

    let survey = LaunchedServer.survey(console)
    var found = [state.real]
    func add(_ directory: String, if isWanted: (RunningServer) -> Bool) {
      guard !found.contains(where: { FilePath.isSame($0, directory) }),
        let servers = try? ServerRegister.servers(in: directory), servers.contains(where: isWanted)
      else { return }
      found.append(directory)
    }
    // The state directory of each server that was started with this file, no matter what the file contains now.
    let standard = StatePlace.standard(in: console.accountHome)
    for server in (try? ServerRegister.servers(in: standard)) ?? []
    where server.configurationPath.map({ FilePath.isSame($0, path) }) ?? false {
      if !found.contains(where: { FilePath.isSame($0, server.stateDirectory) }) { found.append(server.stateDirectory) }
    }
    for directory in [standard] + survey.servers.compactMap(\.state) {
      // An invalid file does not reveal which servers are its own, so all of them count.
      add(directory) { server in
        FilePath.isSame(server.stateDirectory, directory)
          && (!isValid || server.configurationPath.map { FilePath.isSame($0, path) } ?? false)
      }
    }
    directories = found
    unreached = survey.servers.compactMap { $0.unreached(by: found) } + survey.unread
  }
}

extension LaunchedServer {
  /// The state directory; nil if it is on another machine or belongs to another user.
  var state: String? {
    switch place {
    case .here(_, let state): state
    case .elsewhere: nil
    }
  }

  /// Returns the entry's own command line with `pause` in place of `serve`; nil for a container, where it would start another
  /// one, and if the program is unknown.
  private func commandElsewhere(_ launcher: [String]) -> String? {
    guard let name = launcher.first.map(FilePath.lastComponent), ["ssh", "sudo"].contains(name), !entry.binary.isEmpty
    else { return nil }
    let places = [Option.config.name, Option.stateDirectory.name].flatMap { option in
      entry.value(of: option).map { [option, $0] } ?? []
    }
    return ShellWord.line(launcher + [entry.binary, PauseCommand.name] + places)
  }

  /// Returns what a pause of those directories leaves running, and how to pause it; nil if the pause reaches it.
  fileprivate func unreached(by directories: [String]) -> String? {
    let who = "\(client.title)'s entry '\(VisibleText.escaped(entry.key))'"
    switch place {
    case .elsewhere(let launcher):
      if let command = SeparationRoute(entry)?.command(PauseCommand.name) ?? commandElsewhere(launcher) {
        return "\(who): \(VisibleText.escaped(command))"
      }
      return
        "\(who) starts the server through '\(VisibleText.escaped(ShellWord.line(launcher)))'; run 'sequence-mcp pause' on "
        + "the machine, in the container or as the user where that server runs"
    case .here(_, let state):
      if directories.contains(where: { FilePath.isSame($0, state) }) { return nil }
      return "\(who) has another state directory: sequence-mcp pause --state-dir \(ShellWord.quoted(state))"
    }
  }
}

extension FilePath {
  /// Whether both paths lead to the same file or directory.
  fileprivate static func isSame(_ one: String, _ other: String) -> Bool {
    resolvingLinks(one).utf8.elementsEqual(resolvingLinks(other).utf8)
  }
}
