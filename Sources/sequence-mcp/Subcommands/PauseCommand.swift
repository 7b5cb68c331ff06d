import Platform
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
        console.error("\(error); \(error.remedy)")
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
      for line in places.unreached { console.out("  " + line) }
    }
    return exitCode
  }
}
