import Platform

/// What the words before this program mean.
extension ServerEntry {
  /// The variables that `env` sets before it starts the program: `env NAME=VALUE sequence-mcp`.
  /// - Returns: nil if its options change more; none if the launcher is another program.
  static func assignments(_ launcher: [String]) -> [(name: String, value: String)]? {
    guard let start = launcher.firstIndex(where: { name(ofProgram: $0) == "env" }) else { return [] }
    let words = launcher[(start + 1)...]
    return words.allSatisfy(isAssignment)
      ? words.map { word in
        let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        return (String(parts[0]), String(parts[1]))
      } : nil
  }

  static func isAssignment(_ word: String) -> Bool {
    let name = word.utf8.prefix { $0 == UInt8(ascii: "_") || $0.isASCIIAlphanumeric }
    return !name.isEmpty && word.utf8.dropFirst(name.count).first == UInt8(ascii: "=")
  }

  /// Returns the name of a program without its path and `.exe`.
  static func name(ofProgram word: String) -> String {
    let name = word.utf8.split { "/\\".utf8.contains($0) }.last.map { String(Substring($0)) } ?? word
    return name.hasSuffix(".exe") ? String(name.dropLast(4)) : name
  }

  /// Returns the path with a leading `~/` as the home directory of this run.
  static func expanded(_ path: String) -> String {
    NamedPath.expanded(path, home: ProcessEnvironment.homeDirectory(ProcessEnvironment.capture()))
  }

  private static let shells: Set<String> = [
    "ash", "bash", "busybox", "cmd", "csh", "dash", "fish", "ksh", "nu", "powershell", "pwsh", "sh", "tcsh", "zsh",
  ]

  /// Whether the word starts this program. As an argument of another program, the name may be that of a directory or a part of
  /// a text.
  static func startsThisProgram(_ words: [String], at index: Int) -> Bool {
    let word = words[index]
    let isElsewhere = words[..<index].contains { launchersElsewhere.contains(name(ofProgram: $0)) }
    // `sequence-mcp:1.0` is an image of a container.
    let program = name(ofProgram: word).prefix { !isElsewhere || $0 != ":" && $0 != "@" }
    guard !isAssignment(word), String(program).hasSameBytes(as: programName) else { return false }
    guard index > 0 else { return true }
    let path = expanded(word)
    // The files of another machine are not here.
    if !isElsewhere, word.contains("/"), (try? FileStatus(of: path))?.kind == .directory { return false }
    if word.contains(where: \.isWhitespace), !FilePath.exists(path) { return false }
    return isElsewhere || index + 1 == words.count || isOperand(words[index + 1])
  }

  /// Whether this program takes the word right after its name.
  private static func isOperand(_ word: String) -> Bool {
    let name = String(word.prefix { $0 != "=" })
    return Subcommands.named(name) != nil || ServeCommand.allOptions.contains { $0.name == name }
  }

  /// Whether a line starts this program, whoever reads it: `wsl sequence-mcp serve`, `cd /x && exec sequence-mcp`.
  private static func startsInLine(_ line: String) -> Bool {
    line.split { ";&|()\n".contains($0) }.contains { command in
      var words = command.split { $0.isWhitespace || "'\"`,[]{}".contains($0) }.map(String.init)[...]
      words = words.drop { isAssignment($0) || $0 == "exec" }.filter { !$0.contains(">") }[...]
      if let first = words.first, FilePath.lastComponent(first).contains(part: programName) { return true }
      return words.indices.contains { index in
        guard name(ofProgram: words[index]).hasSameBytes(as: programName) else { return false }
        return index + 1 < words.endIndex
          ? isOperand(words[index + 1]) : words[..<index].contains { starters.contains(name(ofProgram: $0)) }
      }
    }
  }

  /// Whether a word of a shell's line names this program, or a script with its name in its own: `run-sequence-mcp.sh`. What
  /// follows `cd` is a directory.
  private static func namesThisProgram(_ line: String) -> Bool {
    let words = line.split { $0.isWhitespace || "'\"`;&|()<>{}$=:@".contains($0) }.map(String.init)
    return zip([""] + words, words).contains { previous, word in
      previous != "cd" && FilePath.lastComponent(word).contains(part: programName)
    }
  }

  /// Whether a shell is given a line or a script that names this program, another program that starts others is given such a
  /// line in one word, or any program one that starts this program.
  static func givesLine(_ words: [String]) -> Bool {
    let isOfShell = words.first.map { shells.contains(name(ofProgram: $0)) } ?? false
    return words.indices.contains { index in
      let parts = words[index].split(whereSeparator: \.isWhitespace).map(String.init)
      guard isOfShell || parts.count > 1 else { return false }
      let before = index == 0 ? parts.prefix(1) : words[..<index]
      return (isOfShell || index == 0 || before.contains { starters.contains(name(ofProgram: $0)) })
        && namesThisProgram(words[index])
        || startsInLine(words[index])
    }
  }

  /// Programs that start another one on another machine, as another user or in a container, also behind others: `timeout 9
  /// ssh`.
  private static let launchersElsewhere: Set<String> = [
    "chroot", "distrobox", "distrobox-enter", "doas", "docker", "flatpak-spawn", "gcloud", "incus", "kubectl",
    "limactl", "lxc", "lxc-attach", "machinectl", "mosh", "multipass", "nerdctl", "nsenter", "orb", "pkexec", "plink",
    "podman", "runuser", "ssh", "sshpass", "su", "sudo", "systemd-run", "toolbox", "vagrant",
  ]

  /// Programs that start the one that is named after them.
  private static let starters = shells.union(launchersElsewhere).union([
    "direnv", "env", "nice", "nohup", programName, "setsid", "stdbuf", "timeout", "wsl",
  ])

  /// - Parameter console: Tells the distribution of this Linux in WSL.
  static func leadsElsewhere(_ launcher: [String], _ console: Console) -> Bool {
    let names = launcher.map(name(ofProgram:))
    if names.contains(where: launchersElsewhere.contains) || assignments(launcher) == nil { return true }
    guard names.first == "wsl" else { return false }
    let distribution = launcher.firstIndex(of: "-d").flatMap { launcher.dropFirst($0 + 1).first }
    return distribution != console.environment["WSL_DISTRO_NAME"]
  }
}
