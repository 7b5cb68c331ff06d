import Platform

/// What the words before this program mean.
extension ServerEntry {
  /// The variables that `env` sets before it starts the program: `env NAME=VALUE sequence-mcp`.
  /// - Returns: nil if its options change more; none if the launcher is another program.
  static func assignments(_ launcher: [String]) -> [(name: String, value: String)]? {
    guard let start = launcher.firstIndex(where: { FilePath.lastComponent($0) == "env" }) else { return [] }
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

  static func isShell(_ word: String?) -> Bool {
    word.map { ["sh", "bash", "zsh", "dash", "ksh", "fish"].contains(FilePath.lastComponent($0)) } ?? false
  }

  static func isThisProgram(_ word: String) -> Bool {
    if isAssignment(word) { return false }
    let name = word.utf8.split { "/\\".utf8.contains($0) }.last
    return [programName, programName + ".exe"].contains { name?.elementsEqual($0.utf8) == true }
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
    let names = launcher.map { word in
      let name = word.split { $0 == "/" || $0 == "\\" }.last.map(String.init) ?? word
      return name.hasSuffix(".exe") ? String(name.dropLast(4)) : name
    }
    if names.contains(where: launchersElsewhere.contains) || assignments(launcher) == nil { return true }
    guard names.first == "wsl" else { return false }
    let distribution = launcher.firstIndex(of: "-d").flatMap { launcher.dropFirst($0 + 1).first }
    return distribution != console.environment["WSL_DISTRO_NAME"]
  }

  /// The long options of sudo(8) whose value is the next word, as that of `-CDghpRrTtUu` is.
  private static let valueOptions = [
    "--close-from", "--chdir", "--group", "--host", "--prompt", "--chroot", "--role", "--command-timeout", "--type",
    "--other-user", "--user",
  ]

  /// Returns a command line of sudo(8) without `-n`, with which it never asks for the password that `pause` may need.
  static func askingForPassword(_ sudo: [String]) -> [String] {
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
}

/// The options of the programs before this one whose values are more than names and paths, word by word.
struct LauncherOptions {
  /// The letters of the options that take a value.
  private static let letters = ["ssh": "BbcDEeFIiJLlmOoPpQRSWw", "sshpass": "dfPp"]

  private var program = ""
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
      program = FilePath.lastComponent(word)
      return nil
    }
    guard let letters = Self.letters[program], let index = word.firstIndex(where: letters.contains) else { return nil }
    option = word[index]
    let value = word[word.index(after: index)...]
    isOpen = value.isEmpty
    return isOpen ? nil : value
  }
}
