package import Platform
import Synchronization

/// Turns references into secrets, as late as possible: files are read and commands run at each use, the environment was read at
/// the start.
package struct SecretResolver: Sendable {
  private let environment: [String: String]
  private let scrubber: SecretScrubber
  private let cache: CommandCache
  private let commandMilliseconds: Int64
  private var replacements: [SecretReference: Secret] = [:]
  /// The variables that no command is given.
  private var withheld: Set<String> = []
  private var observe: @Sendable (CommandSecret, _ errorOutput: [UInt8]) -> Void = { _, _ in }

  /// - Parameters:
  ///   - environment: the process's own, as it was at its start.
  ///   - scrubber: learns every secret before anyone else sees it.
  ///   - references: every secret of the configuration: no command is given the variables that they name.
  ///   - commandMilliseconds: how long a command may take.
  package init(
    environment: [String: String], scrubber: SecretScrubber, references: [SecretReference] = [],
    clock: any Clock = SystemClock(), commandMilliseconds: Int64 = CommandSecretSource.timeoutMilliseconds
  ) {
    self.environment = environment
    self.scrubber = scrubber
    self.commandMilliseconds = commandMilliseconds
    cache = CommandCache(clock: clock)
    withhold(references)
  }

  /// The same resolver, but with these secrets for these references: the made-up ones of the sandbox.
  package func replacing(_ replacements: [SecretReference: Secret]) -> SecretResolver {
    var resolver = self
    resolver.replacements = replacements
    return resolver
  }

  /// The same resolver for another configuration: no command is given the variables that its references name.
  package func withholding(_ references: [SecretReference]) -> SecretResolver {
    var resolver = self
    resolver.withhold(references)
    return resolver
  }

  /// The same resolver, but `observe` is given what a command writes to stderr.
  package func observing(_ observe: @escaping @Sendable (CommandSecret, [UInt8]) -> Void) -> SecretResolver {
    var resolver = self
    resolver.observe = observe
    return resolver
  }

  private mutating func withhold(_ references: [SecretReference]) {
    withheld = Set(references.compactMap { if case .environment(let name) = $0 { name } else { nil } })
  }

  /// The secret behind the reference, known to the scrubber from now on.
  /// - Parameter isStopped: true ends a command that still runs.
  /// - Throws: `SecretFault`, which never holds the value.
  package func resolve(
    _ reference: SecretReference, isStopped: () -> Bool = { false }
  ) throws(SecretFault) -> Secret {
    switch try found(reference) {
    case .secret(let secret): return secret
    case .command(let command):
      let secret = try SecretText.secret(
        CommandSecretSource.read(
          command, environment: environment, withheld: withheld, timeoutMilliseconds: commandMilliseconds,
          isStopped: isStopped, observe: { observe(command, $0) }),
        from: "the output of the command '\(command.program)'")
      scrubber.register(secret)
      cache.keep(secret, of: command)
      return secret
    }
  }

  /// The secret behind the reference; nil for a command that could be run but is not.
  package func resolveWithoutRunning(_ reference: SecretReference) throws(SecretFault) -> Secret? {
    switch try found(reference) {
    case .secret(let secret): secret
    case .command: nil
    }
  }

  private enum Found {
    case secret(Secret)
    /// One that has to be run.
    case command(CommandSecret)
  }

  private func found(_ reference: SecretReference) throws(SecretFault) -> Found {
    if let replacement = replacements[reference] { return .secret(replacement) }
    let secret: Secret
    switch reference {
    case .environment(let name):
      secret = try SecretText.secret(
        EnvironmentSecretSource.read(name, in: environment),
        from: "the environment variable '\(SecretGuess.shown(name))'")
    case .file(let path):
      secret = try SecretText.secret(
        FileSecretSource.read(path), from: "the secret file '\(SecretGuess.shown(path, limit: 200))'")
    case .credential(let name):
      secret = try SecretText.secret(
        CredentialSecretSource.read(name, in: environment), from: "the credential '\(SecretGuess.shown(name))'")
    case .command(let command):
      if let kept = cache.secret(of: command) { return .secret(kept) }
      _ = try CommandSecretSource.program(of: command, in: environment)
      return .command(command)
    }
    scrubber.register(secret)
    return .secret(secret)
  }

  /// Forgets what commands printed: Sequence has refused a secret, and it may have been replaced.
  package func forget() { cache.empty() }
}

/// What one call uses: a command runs once for it, however often its secret is needed, and ends with it.
package final class CallSecrets: Sendable {
  private let resolver: SecretResolver
  private let isStopped: @Sendable () -> Bool
  private let printed = Mutex<[CommandSecret: Result<Secret, SecretFault>]>([:])

  /// - Parameter isStopped: whether the call is over.
  package init(_ resolver: SecretResolver, isStopped: @escaping @Sendable () -> Bool = { false }) {
    self.resolver = resolver
    self.isStopped = isStopped
  }

  /// - Throws: `SecretFault`, the same each time for a command.
  package func resolve(_ reference: SecretReference) throws(SecretFault) -> Secret {
    guard case .command(let command) = reference else { return try resolver.resolve(reference) }
    if let known = printed.withLock({ $0[command] }) { return try known.get() }
    let result = Result { () throws(SecretFault) in try resolver.resolve(reference, isStopped: isStopped) }
    printed.withLock { $0[command] = result }
    return try result.get()
  }
}

/// What commands with a `cache` printed, for as long as that says.
private final class CommandCache: Sendable {
  private let clock: any Clock
  private let kept = Mutex<[CommandSecret: (secret: Secret, endMilliseconds: Int64)]>([:])

  init(clock: any Clock) { self.clock = clock }

  func secret(of command: CommandSecret) -> Secret? {
    let now = clock.bootMilliseconds()
    return kept.withLock { kept in
      kept = kept.filter { $0.value.endMilliseconds > now }
      return kept[command]?.secret
    }
  }

  func keep(_ secret: Secret, of command: CommandSecret) {
    guard command.cacheSeconds > 0 else { return }
    // Sleep counts: a laptop that was closed overnight has nothing kept.
    let end = clock.bootMilliseconds() + Int64(command.cacheSeconds) * 1000
    kept.withLock { $0[command] = (secret, end) }
  }

  func empty() { kept.withLock { $0 = [:] } }
}
