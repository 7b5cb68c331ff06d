import CSystem
import Config
import Platform
import Rules
import Secrets

/// A server that runs as another user of this machine, started by sudo. This user cannot read that user's secrets.
struct UserRoute: Equatable {
  /// The default path of its configuration, and the directory that its user owns.
  static let configurationPath = "/etc/sequence-mcp/config.yaml"
  static let home = "/var/lib/sequence-mcp"
  private static let sudo = FilePath.exists("/usr/bin/sudo") ? "/usr/bin/sudo" : "sudo"
  private static let sudoersFile = "/etc/sudoers.d/sequence-mcp"

  let user: String
  let program: String
  /// `serve` and its options.
  let arguments: [String]

  /// - Throws: `CommandError.usage` if the user is not a plain name, or is root or the current user.
  init(user: String, program: String, arguments: [String]) throws(CommandError) {
    let isPlain = user.utf8.allSatisfy { byte in
      byte.isASCIIDigit || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || "_-".utf8.contains(byte)
    }
    guard isPlain, (1...32).contains(user.utf8.count), user.first?.isNumber == false, !user.hasPrefix("-") else {
      throw .usage("'\(user)' is not a plain user name: a-z, 0-9, '_' and '-', such as 'sequence'")
    }
    guard user != "root", user != RunningUser.current.name, UserDatabase.id(of: user) != 0 else {
      throw .usage(
        user == RunningUser.current.name && user != "root"
          ? "'\(user)' is you; the server must run as a separate user, such as 'sequence'"
          : "the server must not run as root; choose a separate user, such as 'sequence'")
    }
    guard user != "nobody" else {
      throw .usage("other services run as 'nobody', too; choose a separate user, such as 'sequence'")
    }
    self.user = user
    self.program = program
    self.arguments = arguments
    guard FilePath.isAbsolute(program) else {
      throw .usage("sudoers needs the program's full path, but it is '\(program)'")
    }
    // sudoers(5) gives some characters a meaning in arguments; these need no escape.
    for word in [program] + arguments {
      guard word.utf8.allSatisfy({ $0.isASCIIAlphanumeric || "/._-+@%".utf8.contains($0) }) else {
        throw .usage("sudoers cannot name '\(word)' plainly; use a path of letters, digits and '/._-+@%'")
      }
    }
  }

  /// Creates the route to a server of this program with the configuration of `--config`.
  init(
    user: String, _ arguments: ParsedArguments, flags: [String] = [], _ console: Console
  ) throws(CommandError) {
    let path = arguments[.config].map { FilePath.absolute($0) } ?? Self.configurationPath
    try self.init(
      user: user, program: OwnBinary.pathAsCalled(console),
      arguments: [ServeCommand.name, Option.config.name, path] + flags)
  }

  /// Creates the route of an entry; nil if it is not one through sudo, or not one that this program would write. Whoever can
  /// write a client's settings must not write on the owner's terminal, or into a command for root.
  init?(_ entry: ServerEntry) {
    let launcher = entry.launcher
    guard let start = launcher.firstIndex(where: { FilePath.lastComponent($0) == "sudo" }),
      let option = launcher.firstIndex(of: "-u"), option > start, option + 1 < launcher.count,
      entry.serveFault == nil, entry.places.allSatisfy({ Option.isLike($0) || FilePath.isAbsolute($0) })
    else { return nil }
    try? self.init(user: launcher[option + 1], program: entry.binary, arguments: entry.arguments)
  }

  static func launcher(_ user: String) -> [String] { [sudo, "-n", "-u", user] }

  /// The sudo command line that a client launches.
  var words: [String] { Self.launcher(user) + [program] + arguments }

  /// Returns a command line that runs another command as that user, else as root, without a password and without cached
  /// credentials.
  func attempt(_ words: [String], asRoot: Bool = false) -> [String] {
    [Self.sudo, "-k", "-n"] + (asRoot ? [] : ["-u", user]) + words
  }

  var entry: ServerEntry { ServerEntry(key: "", binary: program, arguments: arguments) }

  /// The path of the configuration that the server uses.
  var configuration: String { entry.value(of: Option.config.name) ?? Self.configurationPath }

  /// Returns why this user could replace the program or the configuration, which that line would then run; nil if only root
  /// could.
  /// - Parameter path: The path of the program or the configuration.
  static func fault(_ path: String, subject: String) -> String? {
    let (walk, faults) = PathTrust(userID: 0).judge(path)
    if let fault = faults.first { return PathHelp().problem(fault, subject: subject) }
    // In a sticky directory, such as /tmp, others can make what is not there yet before root does.
    guard walk.end == nil, let last = walk.lastDirectory, last.status.isSticky, last.status.permissions & 0o022 != 0
    else { return nil }
    return "others can create files in \(last.path)"
  }

  /// Returns the steps that are left to do by hand, as commands to paste.
  /// - Parameters:
  ///   - caller: The user who may start the server.
  ///   - source: The configuration to copy; nil if root's copy is already there.
  ///   - changes: The commands that give the configuration what it lacks.
  ///   - secrets: The operands of `secret set`.
  func steps(caller: String, source: String?, changes: [String], secrets: [String]) -> [String] {
    let directory = FilePath.parent(configuration)
    let owner = "-o \(user) -g \(SystemAccount.group(of: user))"
    let exists = UserDatabase.id(of: user) != nil
    var lines = ["1. The user\(exists ? ", who exists" : ""), its directory for the ledger, and one for its secrets"]
    if !exists { lines += SystemAccount.creation(user, home: Self.home).map { "   " + $0 } }
    lines.append("   sudo install -d -m 0700 \(owner) \(Self.home)")
    if FilePath.isAbsent(directory) { lines.append("   sudo install -d -m 0755 \(directory)") }
    lines += [
      "   sudo install -d -m 0700 \(owner) \(directory)/secrets",
      "2. The configuration, which only root may change; 'state_dir: \(Self.home)' must be in it",
      source.map { "   sudo install -m 0644 \(ShellWord.quoted($0)) \(configuration)" }
        ?? "   It exists: \(configuration)",
    ]
    lines += changes.map { "   " + $0 }
    lines.append("3. The secrets, which only that user may read, each asked for and stored in \(directory)/secrets")
    lines += secrets.map { "   sudo -u \(user) \(program) secret set \($0) --config \(configuration)" }
    lines += [
      "4. What you may start without a password: this and nothing else. Checked before it counts",
      // The line of sudoers(5) allows the caller this one command, with exactly these arguments.
      "   echo '\(caller) ALL=(\(user)) NOPASSWD: \(([program] + arguments).joined(separator: " "))' >sequence-mcp.sudoers",
      "   sudo visudo -cf sequence-mcp.sudoers && sudo install -m 0440 sequence-mcp.sudoers \(Self.sudoersFile); rm "
        + "sequence-mcp.sudoers",
      "5. Prove it\(entry.flags.isEmpty ? "" : " once a client has the entry"), then delete your own copies of the secrets",
      "   sequence-mcp doctor" + (entry.flags.isEmpty ? " --run-as \(user) --config \(configuration)" : ""),
      "No window can ask you there, since it would be another user's. A rule that asks does so in the client, or by",
      "   sudo -u \(user) \(program) approve --config \(configuration)",
    ]
    return lines
  }
}

/// The proof for a route through sudo that the server answers, that nothing else runs as its user or as root without a
/// password, and that its secrets cannot be read from here.
struct UserProof {
  let route: UserRoute
  let proof: SeparationProof
  let loader: ConfigurationLoader

  private var steps: String {
    let configuration = route.configuration == UserRoute.configurationPath ? nil : route.configuration
    let words = [Clients.plain.name, ClientConfigCommand.runAs.name, route.user]
    return "the steps are printed by: "
      + ClientConfigCommand.line(words + Option.config.words(configuration) + route.entry.flags)
  }

  var findings: [Finding] {
    // Without the user, sudo refuses everything, which proves nothing.
    guard UserDatabase.id(of: route.user) != nil else {
      return [.problem("there is no user '\(route.user)' here, so nothing was tried", help: steps)]
    }
    // Whoever can write a client's settings must not have a program of their own run as that user, not even by this proof.
    let replaceable = replaceable
    guard replaceable.isEmpty else { return replaceable + [.note("nothing was tried, since it would run that")] }
    let (handshake, _) = proof.performHandshake(route.attempt([route.program] + route.arguments))
    let separation = SeparationRoute.user(route)
    return [
      handshake.finding(
        "the server as \(route.user)", help: { _ in steps },
        validation: "run: " + separation.command([ValidateConfigCommand.name]))
    ] + tries + [.fine("only root can replace the program and the configuration")] + secrets + [
      .note(
        "no window can ask you: it would open in \(route.user)'s session",
        help: "a rule asks in the client, or by: " + separation.command([ApproveCommand.name]))
    ]
  }

  /// How sudo reports that a password is needed, or that a command is not allowed (sudo 1.9).
  private static let refusals = [
    "password is required", "not allowed to", "may not run sudo", "is not in the sudoers file",
  ]

  private var tries: [Finding] {
    let configuration = [Option.config.name, route.configuration]
    let mark = ["/usr/bin/env", "printf", "sequence-%s-probe\\n", "mcp"]
    let own = [route.program]
    let attempts: [(what: String, words: [String])] = [
      ("approving calls as \(route.user) without a password", route.attempt(own + ["approve"] + configuration)),
      ("settling calls as \(route.user) without a password", route.attempt(own + ["settle"] + configuration)),
      ("serving another configuration as \(route.user)", route.attempt(own + ["serve", "--config", "/dev/null"])),
      (
        "serving with another ledger as \(route.user)",
        route.attempt(own + route.arguments + ["--state-dir", "/nonexistent"])
      ),
      ("another program as \(route.user)", route.attempt(mark)),
      ("a shell as \(route.user)", route.attempt(["/bin/sh", "-c", "exit 0"])),
      ("anything as root without a password", route.attempt(mark, asRoot: true)),
    ]
    return attempts.map { what, words in
      proof.judge(words, refusals: Self.refusals) { $0.ending == .timedOut ? nil : .allowed }.finding(
        what, help: "leave only the line that 'client-config --run-as' prints in sudoers, and no NOPASSWD for more")
    }
  }

  /// Reports a program or configuration that is missing, or that others than root could replace.
  private var replaceable: [Finding] {
    [("the program", route.program), ("the configuration", route.configuration)].compactMap { what, path in
      if FilePath.isAbsent(path) { return .problem("\(what) \(path) does not exist", help: steps) }
      return UserRoute.fault(path, subject: "it").map { fault in
        let shown = ShellWord.quoted(path)
        return .problem(
          "\(what) \(path) can be replaced by others than root: \(fault)",
          help: "run: sudo chown root \(shown) && sudo chmod go-w \(shown)")
      }
    }
  }

  /// Reports the secrets that this user could read, and the ledger if it could be changed.
  private var secrets: [Finding] {
    guard let configuration = loader.load(path: route.configuration).configuration else {
      return [.note("\(route.configuration) cannot be read here, so its secrets were not tried one by one")]
    }
    let secrets = Set(configuration.secretReferences.compactMap(\.path))
    var usable = secrets.filter { access($0, R_OK) == 0 }
    if let state = configuration.stateDirectory, access(state, W_OK) == 0 { usable.insert(state) }
    if usable.isEmpty {
      let count = secrets.count.counted("secret file")
      return [.fine("cannot be read from here: \(count), and the ledger cannot be changed")]
    }
    return usable.sorted().map { path in
      let shown = ShellWord.quoted(path)
      return .problem(
        "\(path) can be used from here",
        help: "run: sudo chown -R \(route.user) \(shown) && sudo chmod -R go-rwx \(shown)")
    }
  }
}
