import Config
import Platform
import Safeguards
import SourceYAML

/// `pause`: the emergency stop.
enum PauseCommand: Subcommand {
  static let name = "pause"
  static let summary = "immediately stop all triggers, until 'resume'"
  static let operands = "[REASON...]"
  // A long reason is cut, since nothing may keep a pause from being written.
  static let operandCount = 0...Int.max
  static let details = """
    Writes the file 'paused' into the state directory. From then on, every server that uses that directory refuses to
    trigger anything, including calls that wait for an answer or a retry, and gives the model the REASON. Accounts can still
    be read. Without an option it also writes to the state directories of all running servers. It works with a broken
    configuration, too, and names what it does not reach: servers and clients with another state directory, machine or user.
    Exit code 3 means that a directory could not be paused or may be missing, or, without an option, that something which
    is not reached may trigger a rule: the pause is then only partial.
    """
  static let examples = ["pause", "pause on holiday until Monday"]

  static func run(_ arguments: ParsedArguments, _ console: Console) throws(CommandError) -> ExitCode {
    var places = try PauseLocations(arguments, console, includingOthers: true)
    let reason = arguments.operands.prefix(256).joined(separator: " ")
    // What is known without the clients' settings comes first: those may be of any size.
    var results = places.directories.map { ($0, pause($0, reason, console)) }
    places.addClients(console)
    results += places.directories.dropFirst(results.count).map { ($0, pause($0, reason, console)) }
    let written = results.filter(\.1).map(\.0)
    let failed = results.filter { !$0.1 }.map(\.0)
    let doubt = places.doubt(besides: failed)
    let isDone = failed.isEmpty && doubt == nil
    if !written.isEmpty {
      console.say(
        isDone && !places.isInPart
          ? "Paused: nothing is triggered until you run"
          : "Paused in part: nothing is triggered in these directories until you run")
      for directory in written {
        let isOwn = places.isCertain && FilePath.isSame(directory, places.directories[0])
        console.out("  " + (isOwn ? arguments.next(ResumeCommand.self) : ResumeCommand.line(for: directory)))
      }
      console.say("Written to")
      console.list(pauseFilesIn: written)
    }
    if let doubt { console.error("this may not be all: \(doubt)") }
    console.say(unreached: places.unreached)
    // With an option, the others are not meant.
    let isNarrow = arguments.has(.config) || arguments.has(.stateDirectory)
    return isDone && (isNarrow || !places.isInPart) ? .success : .unusable
  }

  /// - Returns: whether the directory is paused.
  private static func pause(_ directory: String, _ reason: String, _ console: Console) -> Bool {
    do throws(LedgerFault) {
      let lost = try PauseFile.write(reason: reason, in: directory)
      if let lost { console.error("paused, but the reason was lost: \(lost); \(lost.help)") }
      return true
    } catch {
      console.error("NOT paused: \(error); \(error.help). Until then, quit the clients: their servers end with them")
      return false
    }
  }
}

extension Console {
  func list(pauseFilesIn directories: [String]) {
    for directory in directories { out("  " + shown(path: FilePath.join(directory, PauseFile.name))) }
  }
}

/// The state directories that `pause` and `resume` work on, found even if the configuration is not valid.
struct PauseLocations {
  /// The state directory of the run's own configuration, then those of running servers that it would miss.
  private(set) var directories: [String]
  /// Descriptions of what the pause does not reach, each with what to do about it.
  private(set) var unreached: [String] = []
  /// Whether something that is not reached may trigger.
  private(set) var isInPart = false
  /// The other state directories of running servers and of clients' entries, and the standard one.
  private(set) var others: [String] = []
  /// Whether the first directory is the one that the configuration names.
  var isCertain: Bool { unreadState == nil }
  /// The configuration; absolute.
  private let path: String
  /// Whether a named directory is all that is meant.
  private let isNarrow: Bool
  /// Whether every running server is meant.
  private let countsAll: Bool
  /// Why the directory of the configuration is not known; nil if it is.
  private let unreadState: String?
  private let isUnreadable: Bool
  private var registered = RegisteredServers(in: [])

  /// Finds those that are known without the clients' settings: in the configuration, and in the registers of servers.
  /// - Parameter includingOthers: Whether to include what may belong to other configurations, if the options do not rule it
  ///   out.
  init(_ arguments: ParsedArguments, _ console: Console, includingOthers: Bool) throws(CommandError) {
    let place = ConfigurationLocation(named: arguments[.config], console)
    path = FilePath.absolute(place.path)
    let input = try ConfigurationInput.read(place.exists ? place.path : nil, arguments, console)
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
    let survey = ClientSurvey(console)
    let launched = survey.used.map(\.state)
    addServers(registeredIn: launched, console)
    let running = distinct(registered.servers, by: \.stateDirectory, besides: directories + launched)
    unreached = survey.unreached(by: directories, [PauseCommand.name]) + running.map { $0.unreached(console) }
    isInPart =
      !running.isEmpty || !survey.unread.isEmpty
      || survey.servers.contains { $0.canTrigger && $0.unreached(by: directories, [PauseCommand.name]) != nil }
  }

  /// Each server is registered in its own directory, and in the standard one.
  private mutating func addServers(registeredIn launched: [String], _ console: Console) {
    let registers = distinct([StateLocation.standard(console), directories[0]] + launched, by: \.self)
    registered = RegisteredServers(in: registers)
    let running = registered.servers
    let meant = running.filter { !isNarrow && (countsAll || $0.uses(path)) }.map(\.stateDirectory)
    directories = distinct(directories + meant, by: \.self)
    others = distinct(registers + running.map(\.stateDirectory), by: \.self, besides: directories)
  }

  /// Returns why the directories may not be all those of the configuration, and what to do; nil if they are.
  /// - Parameter reported: State directories that are already reported as unusable.
  func doubt(besides reported: [String] = []) -> String? {
    // A running server's register tells the last directory of a file whose text does not.
    if let unreadState, isUnreadable || !registered.servers.contains(where: { $0.uses(path) }) { return unreadState }
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
