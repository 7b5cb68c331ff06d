import CSystem
import Platform

/// A command that prints a secret.
package struct CommandSecret: Sendable {
  /// The program, as an absolute path or a name to search for, and its arguments. No shell is involved.
  package let words: [String]
  /// How long the value may stay in memory; 0 runs the command for each call.
  package let cacheSeconds: Int

  package init(_ words: [String], cacheSeconds: Int = 0) {
    self.words = words
    self.cacheSeconds = cacheSeconds
  }

  /// The program, for messages. The arguments are omitted because they may name an account.
  package var program: String { SecretGuess.shown(words.first ?? "", limit: 200) }
}

extension SecretSource {
  /// `{command: [PROGRAM, ARGUMENT...]}`: the output of a program, such as a password manager.
  package static let command = SecretSource(
    key: "command", placeholder: "[PROGRAM, ARGUMENT...]",
    summary: "a program and its arguments, run for each call without a shell; it prints the secret",
    wanted: "write the program and its arguments as a list", value: .program)
}

/// A run of a secret's command, without a shell, a terminal, input or the server's own secrets. It is killed if it takes too
/// long or writes too much.
package enum CommandSecretSource {
  /// Long enough for a fingerprint or a confirmation in a window.
  static let timeoutMilliseconds: Int64 = 30_000
  /// Its stderr is only counted, or shown to the owner.
  private static let errorOutputLimit = 65_536
  /// Directories that a client's short PATH omits.
  private static let moreDirectories = ["/opt/homebrew/bin", "/usr/local/bin"]
  /// The server's own secrets, withheld from every other program.
  private static let ownVariables = ["SEQUENCE_ACCESS_TOKEN", "SEQUENCE_API_KEY"]

  /// Runs the command and returns its stdout.
  /// - Parameters:
  ///   - environment: The server's environment.
  ///   - withheld: The names of variables that contain secrets.
  ///   - isStopped: Returning true kills the command.
  ///   - observe: Receives the command's stderr, however the command ended.
  static func read(
    _ command: CommandSecret, environment: [String: String], withheld: Set<String>, timeoutMilliseconds: Int64,
    isStopped: () -> Bool, observe: ([UInt8]) -> Void
  ) throws(SecretFault) -> [UInt8] {
    let child = ChildProcess(
      try program(of: command, in: environment), Array(command.words.dropFirst()),
      environment: passed(environment, withheld), timeoutMilliseconds: timeoutMilliseconds,
      outputLimit: SecretText.maxBytes + 2, errorOutputLimit: errorOutputLimit)
    let report: ChildProcess.Report
    do throws(SystemError) {
      report = try child.run(isStopped: isStopped)
    } catch {
      throw SecretFault(
        error.code == ENOEXEC ? .commandNotAProgram : .commandFailed,
        "the command '\(command.program)' cannot be started: \(error.reason)",
        help: "make sure that it is a program, or a script that begins with '#!/bin/sh'")
    }
    observe(report.errorOutput)
    switch report.ending {
    case .exited(0): return report.output
    case .exited(let status):
      throw failed(command, "failed with status \(status)", report)
    case .crashed(let signal):
      throw failed(command, "was ended by signal \(signal)", report)
    case .timedOut:
      throw SecretFault(
        .commandUnfinished,
        "the command '\(command.program)' did not end within \(timeoutMilliseconds / 1000) s", help: askedHelp)
    case .stopped:
      throw SecretFault(
        .commandUnfinished, "the command '\(command.program)' was ended with the call that it ran for",
        help: "call again")
    case .wroteTooMuch:
      throw SecretFault(
        .commandTooMuch, "the command '\(command.program)' prints more than a secret",
        help: "it must print the secret alone, in one line of at most 4 KiB")
    }
  }

  private static let askedHelp =
    "it cannot ask you anything here: unlock its store first; 'sequence-mcp secret check' in a terminal shows its message"

  private static func failed(
    _ command: CommandSecret, _ how: String, _ report: ChildProcess.Report
  ) -> SecretFault {
    let count = report.errorOutput.count
    let bytes = count == 0 ? "" : "; it wrote \(count.counted("byte")) to stderr"
    return SecretFault(.commandFailed, "the command '\(command.program)' \(how)\(bytes)", help: askedHelp)
  }

  // MARK: The program

  /// Returns the program's path, checked without running it.
  /// - Throws: `SecretFault` if there is no such program or others could change it.
  package static func program(of command: CommandSecret, in environment: [String: String]) throws(SecretFault) -> String
  {
    let name = command.words.first ?? ""
    let candidates =
      name.utf8.contains(UInt8(ascii: "/")) ? [name] : directories(environment).map { FilePath.join($0, name) }
    guard let path = candidates.first(where: isProgram) else {
      guard let other = candidates.first(where: FilePath.exists) else {
        let isPath = candidates.count == 1 && candidates[0] == name
        throw SecretFault(
          .commandMissing,
          isPath ? "there is no program '\(command.program)'" : "the command '\(command.program)' was not found",
          help: isPath
            ? "install it, or correct the path"
            : "install it, or write its full path; PATH, /opt/homebrew/bin, /usr/local/bin and ~/.local/bin were searched"
        )
      }
      let shown = SecretGuess.shown(other, limit: 200)
      let isDirectory = PathWalk(to: other).end?.status.kind == .directory
      throw SecretFault(
        .commandNotAProgram,
        isDirectory ? "the command '\(shown)' is a directory" : "the command '\(shown)' cannot be run",
        help: isDirectory
          ? "write the path of the program in it"
          : "if it is the right program, run: chmod u+x \(ShellWord.quoted(shown))")
    }
    if let fault = PathTrust(files: .programs).judge(path).faults.first {
      let problem = PathHelp().problem(fault, subject: "it")
      throw SecretFault(
        .commandUntrusted, "the command '\(SecretGuess.shown(path, limit: 200))' cannot be trusted: \(problem)",
        help: PathHelp().help(fault))
    }
    return path
  }

  private static func directories(_ environment: [String: String]) -> [String] {
    let named = (environment["PATH"] ?? "").split(separator: ":").map(String.init).filter(FilePath.isAbsolute)
    let home = ProcessEnvironment.homeDirectory(environment)
    return named + moreDirectories + [FilePath.join(home, ".local/bin")]
  }

  private static func isProgram(_ path: String) -> Bool {
    PathWalk(to: path).end?.status.kind == .regular && access(path, X_OK) == 0
  }

  // MARK: The environment

  private static func passed(_ environment: [String: String], _ withheld: Set<String>) -> [String: String] {
    var passed = environment.filter { !withheld.contains($0.key) && !ownVariables.contains($0.key) }
    // Clients pass on few variables, and a keyring is found through this one.
    let directory = "/run/user/\(geteuid())"
    if passed["XDG_RUNTIME_DIR"] == nil, let status = try? FileStatus(ofLink: directory), status.owner == geteuid() {
      passed["XDG_RUNTIME_DIR"] = directory
    }
    return passed
  }
}

extension PathWalk.Files {
  /// For programs: a package manager may install them where a group of administrators can write.
  fileprivate static let programs: PathWalk.Files = {
    var files = PathWalk.Files.system
    files.isPrivate = { UserDatabase.isPrivate(group: $0, of: $1) || UserDatabase.mayBecomeRoot($0) }
    return files
  }()
}
