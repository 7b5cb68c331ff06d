import Platform
import Safeguards

/// `resume`: the end of the emergency stop.
enum ResumeCommand: Subcommand {
  static let name = "resume"
  static let summary = "end the pause"
  static let details = """
    Deletes the file 'paused' from the state directory, and from those of its sandboxes. Other state directories that are
    paused stay so: it names each, with the command that resumes it. Calls that were refused in the meantime are not
    repeated: the model has to make them again.
    """
  static let examples = ["resume"]

  static func run(_ arguments: ParsedArguments, _ console: Console) throws(CommandError) -> ExitCode {
    var places = try PauseLocations(arguments, console, includingOthers: false)
    places.addClients(console)
    var (removed, failed): ([String], [String]) = ([], [])
    // A pause of a sandbox alone is in a directory of its own, where nobody would look for it.
    for directory in withSandboxes(places.directories) {
      do throws(LedgerFault) {
        if try PauseFile.remove(in: directory) { removed.append(directory) }
      } catch {
        console.error("\(error); \(error.help)")
        failed.append(directory)
      }
    }
    let doubt = places.doubt(besides: failed)
    if let doubt { console.error("this may not be all: \(doubt)") }
    let exitCode: ExitCode = failed.isEmpty && doubt == nil ? .success : .unusable
    if removed.isEmpty, exitCode == .success {
      console.say("Nothing was paused: there is no file 'paused' in")
      for directory in places.directories { console.out("  " + console.shown(path: directory)) }
    } else if !removed.isEmpty {
      console.say("Resumed: triggers are allowed again. Deleted")
      console.list(pauseFilesIn: removed)
    }
    let pauses = withSandboxes(places.others).compactMap { directory in try? PauseFile.find(in: directory) }
    let paused = distinct(pauses.map { FilePath.parent($0.path) }, by: \.self)
    if !paused.isEmpty {
      console.say("Still paused are other state directories. To resume them, run")
      for directory in paused { console.out("  " + line(for: directory)) }
    }
    return exitCode
  }

  private static func withSandboxes(_ directories: [String]) -> [String] {
    directories.flatMap { [$0] + PauseFile.sandboxDirectories(in: $0) }
  }

  /// Returns the command line that resumes that directory under any configuration.
  static func line(for directory: String) -> String {
    VisibleText.escaped(line([Option.stateDirectory.name, directory]))
  }
}
