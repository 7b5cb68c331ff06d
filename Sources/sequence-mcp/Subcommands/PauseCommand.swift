import Config
import Platform
import Rules
import Safeguards
import SourceYAML

/// `pause`: the emergency stop.
enum PauseCommand: Subcommand {
  static let name = "pause"
  static let summary = "stop all triggers at once, until 'resume'"
  static let operands = "[REASON...]"
  static let operandCount = 0...256
  static let details = """
    Writes the file 'paused' into the state directory. From then on, every server that uses that directory refuses to
    trigger anything, including calls that wait for an answer or a retry, and gives the model the REASON. Accounts can still
    be read. Without an option it also writes to the state directories of all running servers. It works with a broken
    configuration, too, and names what it does not reach: servers and clients with another state directory, machine or user.
    """
  static let examples = ["pause", "pause on holiday until Monday"]

  static func run(_ arguments: ParsedArguments, _ console: Console) throws(CommandError) -> ExitCode {
    var places = try PauseLocations(arguments, console, includingOthers: true)
    let reason = arguments.operands.joined(separator: " ")
    var (written, failed): ([String], [String]) = ([], [])
    func write(in directories: some Sequence<String>) {
      for directory in directories {
        do throws(LedgerFault) {
          let lost = try PauseFile.write(reason: reason, in: directory)
          written.append(directory)
          if let lost { console.error("paused, but the reason was lost: \(lost); \(lost.help)") }
        } catch {
          console.error("NOT paused: \(error); \(error.help)")
          failed.append(directory)
        }
      }
    }
    // The clients' settings may be of any size.
    write(in: places.directories)
    let count = places.directories.count
    places.addClients(console)
    write(in: places.directories.dropFirst(count))
    if !written.isEmpty {
      console.say(
        failed.isEmpty && places.doubt() == nil
          ? "Paused: nothing is triggered until you run"
          : "Paused in part: nothing is triggered in these directories until you run")
      for directory in written {
        let isOwn = places.isCertain && FilePath.isSame(directory, places.directories[0])
        console.out("  " + (isOwn ? arguments.next(ResumeCommand.self) : ResumeCommand.line(for: directory)))
      }
      console.say("Written to")
      for directory in written { console.out("  " + console.shown(path: FilePath.join(directory, PauseFile.name))) }
    }
    let doubt = places.doubt(besides: failed)
    if let doubt { console.error("this may not be all: \(doubt)") }
    console.say(unreached: places.unreached)
    return failed.isEmpty && doubt == nil ? .success : .unusable
  }
}

/// The state directories that `pause` and `resume` work on, found even if the configuration is not valid.
struct PauseLocations {
  /// The state directory of the run's own configuration, then those of running servers that it would miss.
  private(set) var directories: [String]
  /// Descriptions of what the pause does not reach, each with what to do about it.
  private(set) var unreached: [String] = []
  /// The other state directories of running servers and of clients' entries, and the standard one.
  private(set) var others: [String] = []
  /// Whether the first directory is the one that the configuration names.
  var isCertain: Bool { unreadState == nil }
  /// The configuration; absolute.
  private let path: String
  private let exists: Bool
  /// Whether a named directory is all that is meant.
  private let isNarrow: Bool
  /// Whether every running server is meant.
  private let countsAll: Bool
  /// Why the directory of the configuration is not known; nil if it is.
  private let unreadState: String?
  private let isUnreadable: Bool
  private var registered = RegisteredServers(in: [])

  /// Finds those that are known without the clients' settings: in the configuration, and in the registers of servers.
  /// - Parameter includingOthers: Whether to include what may belong to other configurations, if the options do not rule it out.
  init(_ arguments: ParsedArguments, _ console: Console, includingOthers: Bool) throws(CommandError) {
    let place = ConfigurationLocation(named: arguments[.config], console)
    path = FilePath.absolute(place.path)
    exists = place.exists
    let input = try ConfigurationInput.read(exists ? place.path : nil, arguments, console)
    directories = [input.state.real]
    // The servers that were started with this file, no matter what the file contains now. An invalid file does not reveal which
    // servers are its own, and without an option everything is meant, so a pause counts all of them.
    isNarrow = arguments.has(.stateDirectory)
    countsAll = includingOthers && (input.faulty != nil || !arguments.has(.config))
    isUnreadable = input.isUnreadable
    let shown = place.path.isEmpty ? "''" : console.shown(path: path)
    unreadState = input.isStateUnread && !isNarrow ? input.loaded.map { PauseLocations.doubt($0, shown) } : nil
    addServers(registeredIn: [], console)
  }

  /// Adds what the clients' settings lead to.
  mutating func addClients(_ console: Console) {
    let survey = LaunchedServer.survey(console)
    let launched = survey.servers.filter(\.isUsed).compactMap(\.state)
    addServers(registeredIn: launched, console)
    unreached = LaunchedServer.unreached(by: directories, [PauseCommand.name], survey)
    unreached += distinct(registered.servers, by: \.stateDirectory, besides: directories + launched).map {
      $0.unreached(console)
    }
  }

  /// Each server is registered in its own directory, and in the standard one.
  private mutating func addServers(registeredIn launched: [String], _ console: Console) {
    let registers = distinct([StateLocation.standard(in: console.accountHome), directories[0]] + launched, by: \.self)
    registered = RegisteredServers(in: registers)
    let running = registered.servers
    let meant = running.filter { !isNarrow && (countsAll || isOwn($0)) }.map(\.stateDirectory)
    directories = distinct(directories + meant, by: \.self)
    others = distinct(registers + running.map(\.stateDirectory), by: \.self, besides: directories)
  }

  private func isOwn(_ server: RunningServer) -> Bool {
    server.configurationPath.map { FilePath.isSame($0, path) } ?? !exists
  }

  /// Returns why the directories may not be all those of the configuration, and what to do; nil if they are.
  /// - Parameter reported: State directories that are already reported as unusable.
  func doubt(besides reported: [String] = []) -> String? {
    // A running server's register tells the last directory of a file whose text does not.
    if let unreadState, isUnreadable || !registered.servers.contains(where: isOwn) { return unreadState }
    return isNarrow ? nil : registered.faults(besides: reported).first
  }

  private static func doubt(_ loaded: LoadedConfiguration, _ path: String) -> String {
    let first = loaded.diagnostics.first { $0.severity == .error }
    let reason = loaded.isUnreadable ? first.map { ": \($0.message)" } ?? "" : ""
    let help = loaded.isUnreadable ? first?.help.map { "; \($0)" } ?? "" : ""
    return
      "the state_dir of \(path) could not be read\(reason)\(help). Correct that and run the command again, or name the "
      + "directory with \(Option.stateDirectory.name)"
  }
}

/// Returns the items whose paths lead to different files or directories, in order.
/// - Parameter others: Paths to which none of them may lead.
func distinct<Item>(_ items: [Item], by path: (Item) -> String, besides others: [String] = []) -> [Item] {
  func place(_ path: String) -> ByteText { ByteText(FilePath.resolvingLinks(path)) }
  var seen = Set(others.map(place))
  return items.filter { seen.insert(place(path($0))).inserted }
}

extension Console {
  /// Lists what a command does not reach.
  func say(unreached: [String]) {
    guard !unreached.isEmpty else { return }
    say("Not reached:")
    for line in unreached {
      out(TextWrap.lines("  " + VisibleText.escaped(line), width: width, hanging: 4).joined(separator: "\n"))
    }
  }
}

extension RunningServer {
  /// Returns what a pause of other directories leaves running, and how to pause it.
  fileprivate func unreached(_ console: Console) -> String {
    let client = clientName.map { "\(VisibleText.line($0, limit: 60)), " } ?? ""
    let file = configurationPath.map { ", with \(VisibleText.escaped(console.shown(path: $0)))" } ?? ""
    return "a running server (\(client)process \(processID)\(file)) has another state directory: sequence-mcp pause "
      + "\(Option.stateDirectory.name) \(ShellWord.quoted(stateDirectory))"
  }
}

extension LaunchedServer {
  /// The state directory; nil if it is on another machine or belongs to another user.
  var state: String? { paths?.state }

  /// Returns the entry's own command line with another subcommand in place of `serve`. nil if the program is unknown, and for a
  /// container, since the command would start a second one.
  private func commandElsewhere(_ words: [String], asks: Bool) -> String? {
    let launcher = entry.launcher
    guard let name = launcher.first.map(FilePath.lastComponent), ["ssh", "sudo"].contains(name), !entry.binary.isEmpty
    else { return nil }
    let ssh = asks ? [launcher[0], "-t"] + launcher.dropFirst().filter { $0 != "-T" } : launcher
    let start = name == "sudo" ? LaunchedServer.askingForPassword(launcher) : ssh
    return ShellWord.line(start + [entry.binary] + words + entry.places)
  }

  /// The long options of sudo(8) whose value is the next word, as that of `-CDghpRrTtUu` is.
  private static let valueOptions = [
    "--close-from", "--chdir", "--group", "--host", "--prompt", "--chroot", "--role", "--command-timeout", "--type",
    "--other-user", "--user",
  ]

  /// Returns a command line of sudo(8) without `-n`, with which it never asks for the password that `pause` may need.
  private static func askingForPassword(_ sudo: [String]) -> [String] {
    var words = Array(sudo.prefix(1))
    var rest = sudo.dropFirst()
    while let option = rest.first, option.hasPrefix("-"), option != "--" {
      rest.removeFirst()
      guard option != "-n", option != "--non-interactive" else { continue }
      let isLong = option.hasPrefix("--")
      words.append(option.hasPrefix("-n") ? "-" + option.dropFirst(2) : option)
      let takesValue = isLong ? valueOptions.contains(option) : option.last.map("CDghpRrTtUu".contains) ?? false
      if takesValue, let value = rest.popFirst() { words.append(value) }
    }
    return words + rest
  }

  /// Returns what a command on those directories does not reach, each with what to do about it.
  /// - Parameters:
  ///   - words: The subcommand and its operands.
  ///   - asks: Whether it asks at a terminal.
  static func unreached(
    by directories: [String], _ words: [String], asks: Bool = false,
    _ survey: (servers: [LaunchedServer], unread: [String])
  ) -> [String] {
    survey.servers.compactMap { $0.unreached(by: directories, words, asks: asks) } + survey.unread
  }

  private func unreached(by directories: [String], _ words: [String], asks: Bool) -> String? {
    guard isUsed else { return nil }
    let command = ShellWord.line(["sequence-mcp"] + words)
    let who = "\(client.title)'s entry '\(VisibleText.escaped(entry.key))'"
    if let state {
      if directories.contains(where: { FilePath.isSame($0, state) }) { return nil }
      return "\(who) has another state directory: \(command) --state-dir \(ShellWord.quoted(state))"
    }
    // Whoever wrote the project's file may want the command to be pasted.
    if isOfProject {
      return "\(who) starts a server elsewhere, as a file of the project says: \(VisibleText.escaped(settings))"
    }
    if let line = SeparationRoute(entry)?.command(words, asks: asks) ?? commandElsewhere(words, asks: asks) {
      return "\(who): \(VisibleText.escaped(line))"
    }
    return
      "\(who) starts the server through '\(VisibleText.escaped(ShellWord.line(entry.launcher)))'; run '\(command)' on "
      + "the machine, in the container or as the user where that server runs"
  }
}
