import Platform

/// A server that a client reaches by OpenSSH, on another machine or as another user, with a key that can only start the server.
struct SSHRoute: Equatable {
  /// The options of every connection.
  private static let options = [
    // Nobody is there to type a password or to accept a host key.
    "BatchMode=yes",
    // An agent could otherwise offer the owner's own key, which opens a shell.
    "IdentitiesOnly=yes",
    // ssh could otherwise use an open connection of the owner.
    "ControlPath=none",
    "ClearAllForwardings=yes",
    // Clients give up on a server after 10 seconds or more; ssh must report the reason before that.
    "ConnectTimeout=5",
    // Detects a dead connection within a minute.
    "ServerAliveInterval=15",
  ]
  /// The beginning of the key's file name, which identifies an entry.
  private static let keyName = "sequence-mcp"

  /// The host as ssh(1) accepts it: a name of ~/.ssh/config, `user@machine`, `ssh://user@machine:port`.
  let host: String
  let keyPath: String

  /// - Throws: `CommandError.usage` if ssh would parse the host as an option, or if it is more than one word.
  init(host: String, home: String) throws(CommandError) {
    guard Self.isHost(host) else {
      throw .usage(
        "'\(host)' is not a HOST for ssh; write a name of ~/.ssh/config, user@machine or ssh://user@machine:port")
    }
    self.host = host
    keyPath = FilePath.join(home, ".ssh/" + Self.keyName)
  }

  /// Creates the route of an entry's command line; nil if this program did not write it.
  init?(words: [String]) {
    guard let key = Self.keyIndex(in: words), words.contains("BatchMode=yes"), let host = words.last,
      Self.isHost(host), key + 2 == words.count
    else { return nil }
    (self.host, keyPath) = (host, words[key])
  }

  /// Returns the index of this program's key among the words of an ssh(1) command; nil without one. It starts the server,
  /// also if this program did not write the other words.
  static func keyIndex(in words: [String]) -> Int? {
    guard let start = words.firstIndex(where: { ServerEntry.name(ofProgram: $0) == "ssh" }),
      let option = words[start...].firstIndex(of: "-i"), option + 1 < words.count,
      FilePath.lastComponent(words[option + 1]).hasPrefix(keyName)
    else { return nil }
    return option + 1
  }

  /// Whether ssh takes it for a host, perhaps with a user and a port, so that it has no password in it and is not a command.
  private static func isHost(_ host: String) -> Bool {
    let name = host.hasPrefix("ssh://") ? host.dropFirst(6) : host[...]
    return !name.isEmpty && !host.hasPrefix("-") && !(name.contains("@") && name.prefix { $0 != "@" }.contains(":"))
      && host.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "=") }
  }

  /// The path of ssh(1), since a client's PATH may not contain it.
  private static let program = FilePath.exists("/usr/bin/ssh") ? "/usr/bin/ssh" : "ssh"

  /// The command line that the client launches.
  var words: [String] { words(more: []) }

  /// Returns the same command line with more options in front, which ssh prefers.
  func words(more: [String], remote: [String] = [], isTerminal: Bool = false) -> [String] {
    [Self.program] + more + (isTerminal ? [] : ["-T"]) + ["-a", "-x"] + Self.options.flatMap { ["-o", $0] } + [
      "-i", keyPath, host,
    ] + remote
  }

  /// Returns a command line that uses this user's other keys, as any program that runs as this user could.
  func ownKeys(remote: [String]) -> [String] {
    [Self.program, "-T", "-o", "BatchMode=yes", "-o", "ConnectTimeout=5", host] + remote
  }

  /// Returns the line for authorized_keys (sshd(8)): the key starts the server and allows nothing else.
  /// - Parameter server: The server's command line on the host.
  static func authorizedKeysLine(_ server: [String], publicKey: String?) -> String {
    // A shell on the host reads the command; in the file, only the quotation mark has a meaning.
    let command = ShellWord.line(server).unicodeScalars.map { $0 == "\"" ? "\\\"" : String($0) }.joined()
    return "restrict,command=\"\(command)\"" + (publicKey.map { " " + $0 } ?? "")
  }

  /// The public half of the key; nil if there is no key yet.
  var publicKey: String? {
    guard let bytes = try? File(reading: keyPath + ".pub").contents(limit: 16_384) else { return nil }
    let text = String(decoding: bytes, as: UTF8.self).split(separator: "\n").first.map(String.init)
    return text.map { VisibleText.line($0) }
  }

  /// Returns the steps that are left to do by hand, as commands and lines to paste.
  /// - Parameter server: The server's command line on the host.
  func steps(_ server: [String]) -> [String] {
    let key = publicKey
    let name = ShellWord.quoted(host)
    let options = ShellWord.quoted(Self.authorizedKeysLine(server, publicKey: nil))
    let entry = ServerEntry(key: "", binary: server[0], arguments: Array(server.dropFirst()))
    let approve = [server[0], ApproveCommand.name] + entry.places
    let creation = [
      "1. Here, once: a key for this alone, without a passphrase, since nobody is there to type one",
      "   ssh-keygen -q -t ed25519 -N '' -C sequence-mcp -f \(ShellWord.quoted(keyPath))",
    ]
    return (key == nil ? creation : ["1. The key exists: \(keyPath)"]) + [
      "2. On \(host), this line in the ~/.ssh/authorized_keys of the user who has the secrets",
      "   " + Self.authorizedKeysLine(server, publicKey: key ?? "(the line of \(keyPath).pub)"),
      "   By another key of yours that opens a shell there, one command does it",
      "   printf '%s %s\\n' \(options) \"$(cat \(ShellWord.quoted(keyPath + ".pub")))\" | ssh \(name) 'umask 077; "
        + "mkdir -p ~/.ssh && cat >> ~/.ssh/authorized_keys'",
      "   The program must be at \(server[0]) there; correct the path if it is elsewhere.",
      "3. Here: prove that the server answers, and that the key can do nothing else",
      "   sequence-mcp doctor --ssh \(name)",
      "4. Approve and stop there, with a key that has a passphrase and is not kept in an agent here",
      // Two shells parse it: the one here and the one there.
      "   ssh -t \(name) \(ShellWord.line(approve.map(ShellWord.quoted)))",
    ]
  }
}

/// The proof that the server of an SSH route answers, that its key can do nothing else, and that no other key here opens a
/// shell there.
struct SSHProof {
  let route: SSHRoute
  let proof: SeparationProof

  var findings: [Finding] {
    // With -v, the output reports what the key may do and where the connection leads.
    let (handshake, account) = proof.performHandshake(route.words(more: ["-v"]))
    let answer = handshake.finding(
      "the server on \(host)", help: help, validation: "there, run: sequence-mcp validate-config")
    if case .failed = handshake { return [answer, .note("what the key may do on \(host) was not tried")] }
    return [answer] + tries(account)
  }

  private var host: String { VisibleText.escaped(route.host, limit: 100) }

  private var line: String { "put 'restrict,command=\"...\"' before the key in authorized_keys on \(host)" }

  private func help(_ reason: String) -> String {
    let name = ShellWord.quoted(route.host)
    if reason.contains(part: "Permission denied") || reason.contains(part: "No such file or directory: ")
      || route.publicKey == nil
    {
      return "the steps are printed by: sequence-mcp client-config mcp-json --ssh \(name)"
    }
    if reason.contains(part: "Host key verification failed") {
      return "connect once yourself and compare the host's key: ssh \(name)"
    }
    if reason.contains(part: "not found") || reason.contains(part: "No such file") {
      return "correct the program's path in the line of authorized_keys there"
    }
    return "make sure that it can be reached: ssh -v -o ConnectTimeout=5 \(name)"
  }

  // MARK: What must be refused

  private func tries(_ account: String) -> [Finding] {
    // The server ran in place of what was asked for.
    func isServer(_ report: ChildProcess.Report) -> Bool { SeparationProof.contains(report.output, "\"jsonrpc\"") }
    let forwarding = [
      "-o", "ClearAllForwardings=no", "-o", "ExitOnForwardFailure=yes", "-R", "127.0.0.1:0:127.0.0.1:9",
    ]
    let ofKey: [(what: String, verdict: SeparationProof.Verdict)] = [
      ("a shell for the key", proof.tryCommand(route.words, input: SeparationProof.typed, isRefusal: isServer)),
      (
        "another command for the key",
        // The server answers even input that it cannot parse.
        proof.tryCommand(
          route.words(more: [], remote: SeparationProof.command), input: Array("x\n".utf8), isRefusal: isServer)
      ),
      (
        "the key reads files by sftp or scp",
        // Their subsystem answers the protocol's first packet (type 1, version 3) with type 2.
        proof.judge(route.words(more: ["-s"], remote: ["sftp"]), input: [0, 0, 0, 5, 1, 0, 0, 0, 3, 0x0A]) { report in
          if report.output.count > 4, report.output[0] == 0, report.output[4] == 2 { return .allowed }
          let isRefused = isServer(report) || SeparationProof.contains(report.errorOutput, "subsystem request failed")
          return isRefused ? .refused : nil
        }
      ),
      (
        "a terminal for the key",
        // A terminal interprets Control-D as the end of the input.
        proof.judge(
          route.words(more: ["-tt"], isTerminal: true), input: Array("x\n\u{04}".utf8),
          refusals: ["PTY allocation request failed"]
        ) { $0.ending == .exited(255) ? nil : .allowed }
      ),
      (
        "the key forwards ports of \(host) to here",
        proof.judge(route.words(more: ["-W", "127.0.0.1:22"]), refusals: ["administratively prohibited"]) { report in
          let isTried = SeparationProof.contains(
            report.errorOutput, "connect failed", "Connection refused", "Connection timed out")
          return isTried || !report.output.isEmpty ? .allowed : nil
        }
      ),
      (
        "the key forwards ports from here to \(host)",
        proof.judge(route.words(more: forwarding), refusals: ["remote port forwarding failed"]) {
          $0.ending == .exited(0) ? .allowed : nil
        }
      ),
      ("the key forwards an agent or X11 to \(host), or runs ~/.ssh/rc there", permissions(account)),
    ]
    return ofKey.map { $0.verdict.finding($0.what, help: line) } + [otherKeys] + sameUser(account)
  }

  /// Tries the user's other keys, which anything that runs as this user can use without being asked.
  private var otherKeys: Finding {
    proof.tryCommand(route.ownKeys(remote: SeparationProof.command)) { report in
      SeparationProof.contains(report.errorOutput, "Permission denied", "Too many authentication failures")
        // Connected, but the command did not run.
        || report.ending != .exited(255) && report.ending != .timedOut
    }.finding(
      "another key of yours opens a shell on \(host), where the secrets can be read",
      help: "give that key a passphrase and keep it out of agents and open connections here; anything that runs as you "
        + "can use it now")
  }

  /// Reports what OpenSSH's server says about the key's options: `key options: command`. There is no other way to test agent
  /// forwarding to a server that runs nothing.
  private func permissions(_ account: String) -> SeparationProof.Verdict {
    guard let line = account.split(whereSeparator: \.isNewline).last(where: { $0.contains(part: "key options:") })
    else { return .unclear("the server there does not say") }
    let words = line.split(separator: " ")
    let granted = ["agent-forwarding", "x11-forwarding", "user-rc"].contains { name in words.contains { $0 == name } }
    return SeparationProof.Verdict(isAllowed: granted)
  }

  /// Reports a host that is this machine and this user: secrets are readable here, no matter what the key may do.
  private func sameUser(_ account: String) -> [Finding] {
    guard let line = account.split(whereSeparator: \.isNewline).first(where: { $0.hasPrefix("Authenticated to ") }),
      line.contains(part: "[127.") || line.contains(part: "[::1]")
    else { return [] }
    let isSame = proof.judge([route.words[0], "-G", route.host]) { report in
      let lines = String(decoding: report.output, as: UTF8.self).split(separator: "\n")
      let user = lines.first { $0.hasPrefix("user ") }?.dropFirst(5)
      return SeparationProof.Verdict(isAllowed: user.map(String.init) == RunningUser.current.name)
    }
    guard isSame == .allowed else { return [] }
    return [
      .problem(
        "\(host) is this machine and this user: anything that runs here can read the secrets there",
        help: "use another machine or another user")
    ]
  }
}
