import Platform
import Safeguards

extension Console {
  /// Lists what a command does not reach.
  func say(unreached: [String]) {
    guard !unreached.isEmpty else { return }
    say("Not reached:")
    for line in unreached { out(wrapped("  " + VisibleText.escaped(line), hanging: 4)) }
  }
}

extension RunningServer {
  /// Returns what a pause of other directories leaves running, and how to pause it.
  func unreached(_ console: Console) -> String {
    let client = clientName.map { "\(VisibleText.line($0, limit: 60)), " } ?? ""
    let file = configurationPath.map { ", with \(console.shown(path: $0))" } ?? ""
    return "a running server (\(client)process \(processID)\(file)) has another state directory: sequence-mcp pause "
      + "\(Option.stateDirectory.name) \(ShellWord.quoted(stateDirectory))"
  }
}

extension LaunchedServer {
  /// Returns what to do if a command on those directories does not reach the server; nil if it does, or need not.
  func unreached(by directories: [String], _ words: [String], asks: Bool = false) -> String? {
    guard isUsed else { return nil }
    let command = ShellWord.line(["sequence-mcp"] + words)
    switch place {
    case .here(_, let state):
      if directories.contains(where: { FilePath.isSame($0, state) }) { return nil }
      guard FilePath.isAbsolute(state) else {
        return "\(name) has a relative state directory, with which no server starts"
      }
      guard ServerEntry.isShown(path: state) else {
        return "\(name) has another state directory, named in \(file.path)"
      }
      return "\(name) has another state directory: \(command) --state-dir \(ShellWord.quoted(state))"
    // Whoever wrote the project's file may want the command to be pasted.
    case _ where file.isOfProject:
      return "\(name) starts a server elsewhere, as a file of the project says: \(file.path)"
    case .separate(let route): return "\(name): \(route.command(words, asks: asks))"
    case .shellLine:
      return "\(name) starts what a line or a script of \(entry.shownLauncher) says, which is not checked; it is in "
        + "\(file.path); if that is this program, run '\(command)' with its options"
    case .elsewhere:
      let there = ShellWord.line(["sequence-mcp"] + words + entry.shownPlaces)
      return "\(name) starts the server through \(entry.shownLauncher), as \(file.path) says; run '\(there)' on the "
        + "machine, in the container or as the user where that server runs"
    }
  }
}

/// Returns the items whose paths lead to different files or directories, in order.
/// - Parameter others: Paths to which none of them may lead.
func distinct<Item>(_ items: [Item], by path: (Item) -> String, besides others: [String] = []) -> [Item] {
  func place(_ path: String) -> ByteText { ByteText(FilePath.resolvingLinks(path)) }
  var seen = Set(others.map(place))
  return items.filter { seen.insert(place(path($0))).inserted }
}
