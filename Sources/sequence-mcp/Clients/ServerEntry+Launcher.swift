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

  private static func isAssignment(_ word: String) -> Bool {
    let name = word.utf8.prefix { $0 == UInt8(ascii: "_") || $0.isASCIIAlphanumeric }
    return !name.isEmpty && word.utf8.dropFirst(name.count).first == UInt8(ascii: "=")
  }

  /// Returns the name of a program without its path and `.exe`.
  static func name(ofProgram word: String) -> String {
    let name = word.utf8.split { "/\\".utf8.contains($0) }.last.map { String(Substring($0)) } ?? word
    return name.hasSuffix(".exe") ? String(name.dropLast(4)) : name
  }

  static func isShell(_ word: String?) -> Bool {
    word.map { ["sh", "bash", "zsh", "dash", "ksh", "fish"].contains(name(ofProgram: $0)) } ?? false
  }

  static func isThisProgram(_ word: String) -> Bool {
    !isAssignment(word) && name(ofProgram: word).hasSameBytes(as: programName)
  }

  /// Whether a word of a shell's line names this program, or a script with its name in its own: `run-sequence-mcp.sh`. What
  /// follows `cd` is a directory.
  private static func namesThisProgram(_ line: String) -> Bool {
    let words = line.split { $0.isWhitespace || "'\"`;&|()<>{}$=:@".contains($0) }.map(String.init)
    return zip([""] + words, words).contains { previous, word in
      previous != "cd" && FilePath.lastComponent(word).contains(part: programName)
    }
  }

  /// Whether a shell is given a line or a script that names this program, or another program a word that is such a line.
  static func givesLine(_ words: [String]) -> Bool {
    words.contains { (isShell(words.first) || $0.contains(where: \.isWhitespace)) && namesThisProgram($0) }
  }

  /// Programs that start another one on another machine, as another user or in a container, also behind others: `timeout 9
  /// ssh`.
  private static let launchersElsewhere: Set<String> = [
    "chroot", "distrobox", "distrobox-enter", "doas", "docker", "flatpak-spawn", "gcloud", "incus", "kubectl",
    "limactl", "lxc", "lxc-attach", "machinectl", "mosh", "multipass", "nerdctl", "nsenter", "orb", "pkexec", "plink",
    "podman", "runuser", "ssh", "sshpass", "su", "sudo", "systemd-run", "toolbox", "vagrant",
  ]

  /// - Parameter console: Tells the distribution of this Linux in WSL.
  static func leadsElsewhere(_ launcher: [String], _ console: Console) -> Bool {
    let names = launcher.map(name(ofProgram:))
    if names.contains(where: launchersElsewhere.contains) || assignments(launcher) == nil { return true }
    guard names.first == "wsl" else { return false }
    let distribution = launcher.firstIndex(of: "-d").flatMap { launcher.dropFirst($0 + 1).first }
    return distribution != console.environment["WSL_DISTRO_NAME"]
  }

  /// Returns a launcher whose sudo(8) asks for the password that `pause` may need, which it never does with `-n`.
  static func askingForPassword(_ launcher: [String]) -> [String] {
    var options = LauncherOptions()
    return launcher.compactMap { word -> String? in
      let value = options.value(in: word)
      guard options.program == "sudo", word.hasPrefix("-"), value?.startIndex != word.startIndex else { return word }
      if ["-n", "--non-interactive"].contains(word) { return nil }
      return word.hasPrefix("-n") ? "-" + word.dropFirst(2) : word
    }
  }
}

/// The options of the programs before this one, word by word.
struct LauncherOptions {
  /// The letters of the options that take a value.
  private static let letters = ["ssh": "BbcDEeFIiJLlmOoPpQRSWw", "sshpass": "dfPp", "sudo": "CDghpRrTtUu"]
  /// The long ones of sudo(8), whose value is the next word.
  private static let names = [
    "--close-from", "--chdir", "--group", "--host", "--prompt", "--chroot", "--role", "--command-timeout", "--type",
    "--other-user", "--user",
  ]

  private(set) var program = ""
  /// The option of the last word; its value is the rest of that word or the next one.
  private var option: Character?
  private var isOpen = false

  /// Whether the last value is the password that sshpass(1) types.
  var isPassword: Bool { program == "sshpass" && option == "p" }
  /// Whether the last value is a setting of ssh(1): `ProxyJump=bastion`.
  var isSetting: Bool { program == "ssh" && option == "o" }

  /// Returns the part of the next word that is the value of an option; nil if there is none.
  mutating func value(in word: String) -> Substring? {
    if isOpen {
      isOpen = false
      return word[...]
    }
    option = nil
    guard word.hasPrefix("-") else {
      program = ServerEntry.name(ofProgram: word)
      return nil
    }
    guard !word.hasPrefix("--") else {
      isOpen = program == "sudo" && Self.names.contains(word)
      return nil
    }
    guard let letters = Self.letters[program], let index = word.firstIndex(where: letters.contains) else { return nil }
    option = word[index]
    let value = word[word.index(after: index)...]
    isOpen = value.isEmpty
    return isOpen ? nil : value
  }
}
