import Platform

/// A server that a client reaches by OpenSSH, with a key that can do nothing but start it: on another machine, or for another user.
struct SSHRoute: Equatable {
  /// The options of every connection, and why.
  private static let options = [
    // Nobody is there to type a password or to accept a host's key.
    "BatchMode=yes",
    // An agent must not offer the owner's own key, which opens a shell.
    "IdentitiesOnly=yes",
    // Nor may an open connection of the owner be used.
    "ControlPath=none",
    "ClearAllForwardings=yes",
    // Clients give up on a server after 10 seconds and more; the reason must come before.
    "ConnectTimeout=5",
    // A connection that has died is noticed within a minute.
    "ServerAliveInterval=15",
  ]
  /// The key's file begins so: by that an entry is recognized.
  private static let keyName = "sequence-mcp"

  /// As ssh(1) takes it: a name of ~/.ssh/config, `user@machine`, `ssh://user@machine:port`.
  let host: String
  let keyPath: String

  /// - Throws: `CommandError.usage` if ssh would take the host for an option, or it is more than one word.
  init(host: String, home: String) throws(CommandError) {
    guard !host.isEmpty, !host.hasPrefix("-"), host.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }) else {
      throw .usage(
        "'\(host)' is not a HOST for ssh; write a name of ~/.ssh/config, user@machine or ssh://user@machine:port")
    }
    self.host = host
    keyPath = FilePath.join(home, ".ssh/" + Self.keyName)
  }

  private init(host: String, keyPath: String) {
    self.host = host
    self.keyPath = keyPath
  }

  /// The route of an entry's command line; nil if it is none of ours.
  init?(words: [String]) {
    guard let start = words.firstIndex(where: { FilePath.lastComponent($0) == "ssh" }), words.count > start + 1,
      let key = words.firstIndex(of: "-i"), key > start, key + 1 < words.count,
      FilePath.lastComponent(words[key + 1]).hasPrefix(Self.keyName), words.contains("BatchMode=yes"),
      let host = words.last, !host.hasPrefix("-"), key + 2 < words.count
    else { return nil }
    self.init(host: host, keyPath: words[key + 1])
  }

  /// The path of ssh(1), since a client's PATH may lack it.
  private static let program = FilePath.exists("/usr/bin/ssh") ? "/usr/bin/ssh" : "ssh"

  /// What the client launches.
  var words: [String] { words(more: []) }

  /// The same with more options before the others, which ssh then prefers.
  func words(more: [String], remote: [String] = [], isTerminal: Bool = false) -> [String] {
    [Self.program] + more + (isTerminal ? [] : ["-T"]) + ["-a", "-x"] + Self.options.flatMap { ["-o", $0] } + [
      "-i", keyPath, host,
    ] + remote
  }

  /// With whatever other keys this user has, as anybody who runs a shell here could.
  func ownKeys(remote: [String]) -> [String] {
    [Self.program, "-T", "-o", "BatchMode=yes", "-o", "ConnectTimeout=5", host] + remote
  }

  /// The line for authorized_keys (sshd(8)): the key starts the server, and nothing else is allowed to it.
  /// - Parameters:
  ///   - server: the server's command line there.
  ///   - publicKey: nil leaves it out.
  static func authorizedKeysLine(_ server: [String], publicKey: String?) -> String {
    // The key's user's shell reads the command; in the file only the quotation mark has a meaning.
    let command = ShellWord.line(server).split(separator: "\"", omittingEmptySubsequences: false).joined(
      separator: "\\\"")
    return "restrict,command=\"\(command)\"" + (publicKey.map { " " + $0 } ?? "")
  }

  /// The key's public half; nil if there is no key yet.
  var publicKey: String? {
    guard let bytes = try? File(reading: keyPath + ".pub").contents(limit: 16_384) else { return nil }
    let text = String(decoding: bytes, as: UTF8.self).split(separator: "\n").first.map(String.init)
    return text.map { VisibleText.line($0) }
  }

  /// What is left to do by hand, as commands and lines to paste.
  /// - Parameter server: the server's command line on the host.
  func steps(_ server: [String]) -> [String] {
    let key = publicKey
    let name = ShellWord.quoted(host)
    let options = ShellWord.quoted(Self.authorizedKeysLine(server, publicKey: nil))
    var lines: [String] = []
    if key == nil {
      lines += [
        "1. Here, once: a key for this alone, without a passphrase, since nobody is there to type one",
        "   ssh-keygen -q -t ed25519 -N '' -C sequence-mcp -f \(ShellWord.quoted(keyPath))",
      ]
    } else {
      lines.append("1. The key is there: \(keyPath)")
    }
    lines.append("2. On \(host), this line in the ~/.ssh/authorized_keys of the user who has the secrets")
    lines.append(
      "   " + Self.authorizedKeysLine(server, publicKey: key ?? "(the line of \(keyPath).pub)"))
    lines += [
      "   By another key of yours that opens a shell there, one command does it",
      "   printf '%s %s\\n' \(options) \"$(cat \(ShellWord.quoted(keyPath + ".pub")))\" | ssh \(name) 'umask 077; mkdir -p ~/.ssh && cat >> ~/.ssh/authorized_keys'",
      "   The program must be at \(server.first ?? "") there; correct the path if it is elsewhere.",
      "3. Here: prove that the server answers, and that the key can do nothing else",
      "   sequence-mcp doctor --ssh \(name)",
      "4. Approve and stop there, with a key that has a passphrase and is not kept in an agent here",
      "   ssh -t \(name) \(ShellWord.quoted(server.first ?? "sequence-mcp")) approve",
    ]
    return lines
  }
}
