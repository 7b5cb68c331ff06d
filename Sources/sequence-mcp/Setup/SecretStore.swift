import CSystem
import Platform
import Sandbox
import Secrets

/// Asks for secrets and stores them in files that only their owner may read.
struct SecretStore {
  let questions: Questions
  /// The directory of the configuration whose secrets are stored.
  let directory: StarterDirectory

  private var console: Console { questions.console }

  /// A secret that was entered but is not stored yet.
  struct Answer {
    let path: String
    /// nil keeps the content of the file.
    fileprivate let secret: String?
  }

  /// Asks for a secret. If its file exists, first asks whether to keep it.
  func ask(_ question: String, for path: String) throws(CommandError) -> Answer {
    if FilePath.exists(path) {
      let kept = try questions.choose(
        "\(console.shown(path: path)) already exists: keep or replace it", ["keep", "replace"], suggestion: nil)
      if kept == "keep" { return Answer(path: path, secret: nil) }
    }
    return try askNew(question, for: path)
  }

  /// Asks for a secret that replaces the stored one, if there is one.
  func askNew(_ question: String, for path: String) throws(CommandError) -> Answer {
    // Fails before the person pastes the secret in vain.
    guard !directory.isOwnFile(path) else {
      throw .failure(
        "\(path) belongs to the configuration and cannot hold a secret; name another file in it; "
          + "nothing was changed")
    }
    try TextFile.refuseDanglingLink(at: path)
    try TextFile(at: path).requireWritable()
    try requireUsableDirectory(of: FilePath.resolvingLinks(path))
    let secret = try questions.askHidden(question, fault: Self.fault(of:))
    if let doubt = Self.doubt(secret) {
      console.note(console.wrapped("  warning: the secret \(doubt)", hanging: 2))
    }
    return Answer(path: path, secret: secret)
  }

  /// Returns what is wrong with a typed secret, without quoting any of it; nil if nothing is.
  private static func fault(of text: String) -> String? {
    do throws(SecretFault) {
      _ = try SecretText.secret(Array(text.utf8), from: "the secret")
      return nil
    } catch {
      if error.kind == .tooShort { return "that is too short for a secret; paste all of it, as Sequence shows it" }
      return "\(error.message); \(error.help)"
    }
  }

  /// Returns why it may not be exactly the secret, as a phrase that follows "the secret", without quoting any of it; nil if it
  /// looks like one.
  private static func doubt(_ text: String) -> String? {
    if let doubt = SecretWarning.about(text) { return "\(doubt.message); \(doubt.help)" }
    guard SandboxCatalog.isMadeUp(secret: text) else { return nil }
    return "is one of the sandbox's, which Sequence does not accept; store your own"
  }

  /// Refuses a directory where a stored secret would not be accepted, or where none can be stored.
  private func requireUsableDirectory(of path: String) throws(CommandError) {
    if let fault = PathTrust().judge(path).faults.first(where: \.isOnTheWay) {
      throw .unusable(
        "nothing was stored: \(PathHelp().problem(fault, subject: "the file")), who could replace the secret; "
          + PathHelp().help(fault))
    }
    guard let directory = PathWalk(to: FilePath.parent(path)).lastDirectory?.path else { return }
    guard access(directory, W_OK | X_OK) != 0 else { return }
    throw .unwritable(path, .last("write to \(directory)"))
  }

  /// Stores the secret with mode 0600, replacing the file's content.
  /// - Returns: whether the file is new.
  @discardableResult
  func store(_ answer: Answer) throws(CommandError) -> Bool {
    guard let secret = answer.secret else {
      console.out("kept  \(console.shown(path: answer.path))")
      return false
    }
    let path = FilePath.resolvingLinks(answer.path)
    let isNew = FilePath.isAbsent(path)
    try CommandError.writing(path, FilePath.makeDirectories(FilePath.parent(path), mode: 0o700))
    try CommandError.writing(path, File.replace(path, with: Array((secret + "\n").utf8), like: nil))
    console.out("\(isNew ? "wrote" : "replaced") \(console.shown(path: answer.path))")
    return isNew
  }

  /// What is deleted with a secret.
  struct Deletion {
    fileprivate let path: String
    /// What the path leads to as a link; nil if it is none, or leads to nothing.
    fileprivate let target: String?
    /// Whether the target is in the configuration's own directory of secrets. Elsewhere it is a master copy, which others use.
    fileprivate let includesTarget: Bool

    /// Returns the question that names everything that is deleted, and the target that is not.
    func question(_ console: Console) -> String {
      guard let target else { return "Delete its secret \(console.shown(path: path)), too?" }
      let link = "Its secret \(console.shown(path: path)) is a link to \(console.shown(path: target))"
      return includesTarget ? link + ". Delete both, too?" : link + ", which stays. Delete the link, too?"
    }
  }

  func deletion(of path: String) -> Deletion {
    let isLink = (try? FileStatus(ofLink: path))?.kind == .link && (try? FileStatus(of: path)) != nil
    let target = isLink ? FilePath.resolvingLinks(path) : nil
    let own = FilePath.join(FilePath.resolvingLinks(directory.secretsPath), "")
    return Deletion(path: path, target: target, includesTarget: target?.utf8.starts(with: own.utf8) ?? false)
  }

  /// Deletes a secret's file, or a link and what its question named.
  func remove(_ deletion: Deletion) throws(CommandError) {
    for file in [deletion.includesTarget ? deletion.target : nil, deletion.path].compactMap({ $0 }) {
      guard unlink(file) == 0 || SystemError.lastCode == ENOENT else {
        throw .unusable("cannot " + SystemError.last("delete \(file)").description)
      }
      console.out("deleted \(console.shown(path: file))")
    }
    if let target = deletion.target, !deletion.includesTarget { console.out("kept  \(console.shown(path: target))") }
  }
}

/// The command that asks for a secret and stores it in a password store, where the configuration's command reads it.
enum StoringCommand {
  /// Returns a command line for a shell in a terminal; nil for an unknown program.
  /// - Parameter words: The command that reads the secret.
  static func of(_ words: [String]) -> String? {
    guard let program = words.first else { return nil }
    let arguments = words.dropFirst()
    let rest = arguments.dropFirst()
    switch (FilePath.lastComponent(program), arguments.first) {
    case ("pass", let first), ("gopass", let first):
      // `pass show NAME` or `pass NAME` (pass(1)).
      let names = (first == "show" ? rest : arguments).filter { !$0.hasPrefix("-") }
      return names.count == 1 ? ShellWord.line([program, "insert", "--force"] + names) : nil
    case ("secret-tool", "lookup") where rest.count > 1 && rest.count % 2 == 0:
      // `secret-tool lookup ATTRIBUTE VALUE ...` (secret-tool(1)).
      return ShellWord.line([program, "store", "--label=sequence-mcp"] + rest)
    case ("security", "find-generic-password") where arguments.contains("-w"):
      // `security find-generic-password -s SERVICE -a ACCOUNT -w` (security(1)). With `-w` as the last option, it asks for the
      // secret.
      return ShellWord.line(
        [program, "add-generic-password", "-U"] + rest.filter { $0 != "-w" && $0 != "-g" } + ["-w"])
    case ("op", "read"): return onePassword(program, rest)
    default: return nil
    }
  }

  /// `op read op://VAULT/ITEM/FIELD`. It has no prompt, and other programs could see an argument, so the shell asks and passes
  /// the item through a pipe (1Password CLI, `op item create -`, read 2026-11).
  private static func onePassword(_ program: String, _ arguments: ArraySlice<String>) -> String? {
    guard let address = arguments.first(where: { $0.hasPrefix("op://") }) else { return nil }
    let parts = address.dropFirst("op://".count).split(separator: "/").map(String.init)
    guard parts.count == 3 else { return nil }
    let item =
      #"{"title":"%s","category":"PASSWORD","fields":[{"id":"password","type":"CONCEALED","label":"%s","value":"%s"}]}"#
    return #"printf 'Secret: ' >&2; read -rs secret && printf '"# + item + #"' "#
      + ShellWord.line([parts[1], parts[2]]) + #" "$secret" | "#
      + ShellWord.line([program, "item", "create", "--vault", parts[0], "-"]) + "; unset secret"
  }
}
