import CSystem
import Platform
import Rules

/// The configuration's directory, with the file and its secrets. Existing files are never overwritten.
struct StarterDirectory {
  /// The absolute path of the configuration file.
  let configurationPath: String

  var path: String { FilePath.parent(configurationPath) }
  var secretsPath: String { path + "/secrets" }

  /// Whether a path leads to the configuration or to a file that this program writes for it, which no secret may replace.
  func isOwnFile(_ path: String) -> Bool {
    [
      configurationPath, self.path + "/" + StarterConfiguration.schemaName,
      AnswerJournal.path(besides: configurationPath),
    ].contains { FilePath.isSame($0, path) }
  }

  init(_ place: ConfigurationLocation) { configurationPath = FilePath.absolute(place.path) }

  /// Creates the directory and that of the secrets, for the user alone.
  /// - Throws: `CommandError`, with nothing written, if a configuration there would be refused.
  func make() throws(CommandError) {
    if configurationPath.hasSuffix("/") {
      throw .unusable(
        "nothing was written: \(configurationPath) names a directory; name a file in it, such as "
          + "\(configurationPath)config.yaml")
    }
    if let fault = PathTrust().judge(configurationPath).faults.first {
      throw .unusable(
        "nothing was written: \(PathHelp().problem(fault, subject: "the file")), who could raise its caps"
          + "; \(PathHelp().help(fault))")
    }
    if let end = PathWalk(to: secretsPath).end, end.status.kind != .directory {
      throw .unusable("nothing was written: \(secretsPath) is not a directory; move it away")
    }
    for directory in [path, secretsPath] {
      try CommandError.writing(configurationPath, FilePath.makeDirectories(directory, mode: 0o700))
    }
  }

  /// Writes a file that only the user can access.
  /// - Parameter relativePath: Relative to the directory.
  /// - Returns: whether it is new; false if something exists there, which is kept.
  func create(_ relativePath: String, _ text: String) throws(CommandError) -> Bool {
    do throws(SystemError) {
      try File.create(path + "/" + relativePath, Array(text.utf8), mode: 0o600)
      return true
    } catch {
      if error.code == EEXIST { return false }
      throw .unwritable(path + "/" + relativePath, error)
    }
  }

  /// Runs code while no other command of this program changes the files in the directory, as far as its file system has locks.
  /// - Throws: `CommandError.unusable` if another program keeps the lock.
  func locked<Value>(_ console: Console, _ body: () throws(CommandError) -> Value) throws(CommandError) -> Value {
    let descriptor = system_open(path, O_RDONLY | O_CLOEXEC, 0)
    defer { if descriptor >= 0 { close(descriptor) } }
    func isLocked(withinMilliseconds patience: Int64) -> Bool {
      // A file system without locks has none to wait for.
      descriptor < 0 || (try? FileDescriptor.lock(descriptor, patienceMilliseconds: patience)) != false
    }
    if !isLocked(withinMilliseconds: 1000) {
      console.remark("Waiting for another program that has locked \(console.shown(path: path)).")
      guard isLocked(withinMilliseconds: Self.patienceMilliseconds - 1000) else {
        throw .unusable(
          "another program has locked \(console.shown(path: path)); nothing was changed; end it, or run this again later")
      }
    }
    return try body()
  }

  private static let patienceMilliseconds: Int64 = 5000

  func has(_ relativePath: String) -> Bool { FilePath.exists(path + "/" + relativePath) }

  /// Deletes a file that `create` just wrote.
  func remove(_ relativePath: String) { unlink(path + "/" + relativePath) }
}

/// The configuration that `init` writes: short, commented, and with careful defaults.
enum StarterConfiguration {
  /// The path of the starter's access token, relative to the configuration's directory.
  static let tokenPath = "secrets/access_token"

  /// The path of the Platform API's key, relative to the configuration's directory.
  static let keyPath = "secrets/api_key"

  /// The schema next to the configuration, for editors.
  static let schemaName = "config.schema.json"

  static let modeline = "# yaml-language-server: $schema=./\(schemaName)\n"

  /// Returns the starter for one of Sequence's APIs.
  static func text(_ api: SequenceAPIName) -> String {
    """
    # Your Sequence rules as tools for Claude and other MCP clients.
    # After every change: sequence-mcp validate-config     What a client then sees: sequence-mcp tools
    version: 1

    sequence:
    \(api == .remote ? remoteCredential : platformCredential)

    server:
      title: My money
      # What clients tell the model about this server. Without it, they get the titles of your rules.
      # instructions: Use the named tools. Accepted does not mean that money has moved yet. Never ask for secrets.
      # read_only: true          # list no tool that triggers anything

    tools:
      get_accounts: true
      # The generic tool triggers any rule by its id. A named rule, with its own caps, is safer.
      trigger_rule: false

    # For all rules together: what they may move in any 24 hours and in any 30 days, and how often they may run.
    limits:
      per_day: 1000.00
      per_30_days: 5000.00
      calls_per_day: 20

    # One tool per rule. 'sequence-mcp rule add' asks for what it needs and adds one below; by hand it looks like this:
    #
    \(api == .remote ? remoteRule : platformRule)

    """
  }

  private static let remoteCredential = """
      # For get_accounts. 'sequence-mcp secret set token' asks for it and stores it in this file, which only you can read.
      access_token: {file: \(tokenPath)}
    """

  private static let platformCredential = """
      # The one key for all rules. 'sequence-mcp secret set api-key' asks for it and stores it in this file, which only you can
      # read.
      platform:
        api_key: {file: \(keyPath)}
    """

  private static let remoteRule = """
    # rules:
    #   move_to_savings:                                     # the tool's name
    #     rule_id: YOUR_RULE_ID                              # from the rule's "Remote API" trigger in Sequence
    #     api_secret: {file: secrets/move_to_savings}        # that rule's own secret, a file of mode 600
    #     description: Runs the "Move to savings" rule. Use it when the user asks to put money aside.
    #     parameters:
    #       amount: {type: money, maximum: 500.00, description: "How much, in US dollars."}
    #     payload: {amountInCents: "{{ amount | cents }}"}   # what your rule reads; Sequence ignores the rest
    #     limits: {per_day: 1000.00, calls_per_day: 3}
    #     confirm: {above: 100.00}                           # this program asks you over that amount
    """

  private static let platformRule = """
    # rules:
    #   move_to_savings:                                     # the tool's name
    #     api: platform                                      # simulated first, followed afterwards
    #     rule_id: YOUR_RULE_ID                              # a UUID, from the rule's address in Sequence
    #     description: Runs the "Move to savings" rule. Use it when the user asks to put money aside.
    #     parameters:
    #       amount: {type: money, minimum: 1.00, maximum: 500.00, description: "How much, in US dollars."}
    #     execute_amount: amount                             # what the rule runs on
    #     limits: {per_day: 1000.00, calls_per_day: 3}       # count what moves
    #     confirm: {above: 100.00}                           # this program asks you over that amount
    """
}
