package import Platform
import Synchronization

/// A resolver that turns references into secrets as late as possible: files are read and commands run at each use. The
/// environment is the one at the start.
package struct SecretResolver: Sendable {
  private let environment: [String: String]
  private let scrubber: SecretScrubber
  private let clock: any Clock
  private let cache: CommandCache
  private let reads = SecretReads()
  private let commandMilliseconds: Int64
  private var replacements: [SecretReference: Secret] = [:]
  /// Every secret of the configuration.
  private var references: [SecretReference] = []
  private var observe: @Sendable (CommandSecret, _ errorOutput: [UInt8]) -> Void = { _, _ in }
  private var noteWait: @Sendable (CommandSecret) -> Void = { _ in }
  /// How long a command may take before the wait is noted.
  private static let noticeDelayNanoseconds: Int64 = 1_000_000_000

  /// - Parameters:
  ///   - environment: The process's environment at its start.
  ///   - scrubber: Receives every secret before it is used.
  ///   - references: Every secret of the configuration. The variables they name are withheld from commands.
  ///   - commandMilliseconds: The time limit for a command.
  package init(
    environment: [String: String], scrubber: SecretScrubber, references: [SecretReference] = [],
    clock: any Clock = SystemClock(), commandMilliseconds: Int64 = CommandSecretSource.timeoutMilliseconds
  ) {
    self.environment = environment
    self.scrubber = scrubber
    self.commandMilliseconds = commandMilliseconds
    self.clock = clock
    cache = CommandCache(clock: clock)
    self.references = references
  }

  /// Returns the resolver with fixed secrets for these references, as the sandbox uses.
  package func replacing(_ replacements: [SecretReference: Secret]) -> SecretResolver {
    with { $0.replacements = replacements }
  }

  /// Returns the resolver for another configuration: the variables that its references name are withheld from commands.
  package func withholding(_ references: [SecretReference]) -> SecretResolver { with { $0.references = references } }

  /// Returns the resolver with `observe` receiving what a command writes to stderr.
  package func observing(_ observe: @escaping @Sendable (CommandSecret, [UInt8]) -> Void) -> SecretResolver {
    with { $0.observe = observe }
  }

  /// Returns the resolver with `noteWait` called once for each command that takes longer than a second, while it runs.
  package func notingWaits(_ noteWait: @escaping @Sendable (CommandSecret) -> Void) -> SecretResolver {
    with { $0.noteWait = noteWait }
  }

  private func with(_ change: (inout SecretResolver) -> Void) -> SecretResolver {
    var resolver = self
    change(&resolver)
    return resolver
  }

  /// The variables withheld from every command.
  private var withheld: Set<String> { Set(references.compactMap(\.variable)) }

  /// Registers every secret of the configuration with the scrubber, as far as it can be read without running a command. A
  /// file that another call cannot finish reading, as on a dead network volume, is left out.
  package func registerWithoutRunning() {
    for reference in references where reads.begin(reference, atMilliseconds: clock.bootMilliseconds()) {
      _ = try? resolveWithoutRunning(reference)
      reads.end(reference)
    }
  }

  /// Returns the secret and registers it with the scrubber.
  /// - Parameter isStopped: Returning true kills a running command.
  /// - Throws: `SecretFault`, which never contains the value.
  package func resolve(
    _ reference: SecretReference, isStopped: () -> Bool = { false }
  ) throws(SecretFault) -> Secret {
    if let secret = try resolveWithoutRunning(reference) { return secret }
    guard let command = reference.command else { preconditionFailure("only a command has to be run") }
    let start = clock.monotonicNanoseconds()
    var isNoted = false
    let secret = try SecretText.secret(
      CommandSecretSource.read(
        command, environment: environment, withheld: withheld, timeoutMilliseconds: commandMilliseconds,
        isStopped: {
          if !isNoted, clock.monotonicNanoseconds() - start >= SecretResolver.noticeDelayNanoseconds {
            isNoted = true
            noteWait(command)
          }
          return isStopped()
        }, observe: { observe(command, $0) }),
      from: "the output of the command '\(command.program)'")
    scrubber.register(secret, of: reference)
    cache.keep(secret, of: reference, seconds: command.cacheSeconds)
    return secret
  }

  /// Returns the secret; nil for a runnable command whose output is not cached.
  package func resolveWithoutRunning(_ reference: SecretReference) throws(SecretFault) -> Secret? {
    if let replacement = replacements[reference] { return replacement }
    // Here, so that no command that reads a secret can forget it.
    ProcessHardening.hideMemory()
    switch reference.value {
    case .text(let text, let value):
      let secret = try SecretText.secret(
        value.read(text, environment),
        from: "\(value.title) '\(SecretGuess.shown(text, limit: value.isPath ? 200 : 60))'")
      scrubber.register(secret)
      return secret
    case .command(let command):
      if let kept = cache.secret(of: reference) { return kept }
      _ = try CommandSecretSource.program(of: command, in: environment)
      return nil
    }
  }

  /// Clears the cached output of commands. Called when Sequence refuses a secret, which may have been replaced.
  package func forget() { cache.empty() }
}

/// The secrets of one call. A command runs at most once per call and is stopped when the call ends.
package final class CallSecrets: Sendable {
  private let resolver: SecretResolver
  private let isStopped: @Sendable () -> Bool
  private let printed = Mutex<[SecretReference: Result<Secret, SecretFault>]>([:])

  /// - Parameter isStopped: Whether the call has ended.
  package init(_ resolver: SecretResolver, isStopped: @escaping @Sendable () -> Bool = { false }) {
    self.resolver = resolver
    self.isStopped = isStopped
  }

  /// Returns the secret.
  /// - Throws: `SecretFault`; for a command, the same fault each time.
  package func resolve(_ reference: SecretReference) throws(SecretFault) -> Secret {
    guard reference.command != nil else { return try resolver.resolve(reference) }
    if let known = printed.withLock({ $0[reference] }) { return try known.get() }
    let result = Result { () throws(SecretFault) in try resolver.resolve(reference, isStopped: isStopped) }
    printed.withLock { $0[reference] = result }
    return try result.get()
  }
}

/// The secrets that calls are reading in order to register them.
final class SecretReads: Sendable {
  /// How long a read may take before other calls leave that secret out.
  private static let patienceMilliseconds: Int64 = 1000

  /// When the first read that has not ended began, on the boot clock.
  private let began = Mutex<[SecretReference: Int64]>([:])

  /// - Returns: false if a read of this secret seems to hang.
  func begin(_ reference: SecretReference, atMilliseconds now: Int64) -> Bool {
    began.withLock { began in
      if let first = began[reference] { return now - first < SecretReads.patienceMilliseconds }
      began[reference] = now
      return true
    }
  }

  func end(_ reference: SecretReference) { began.withLock { $0[reference] = nil } }
}

/// The output of commands with a `cache`, kept until it expires.
private final class CommandCache: Sendable {
  private let clock: any Clock
  private let kept = Mutex<[SecretReference: (secret: Secret, endMilliseconds: Int64)]>([:])

  init(clock: any Clock) { self.clock = clock }

  func secret(of reference: SecretReference) -> Secret? {
    let now = clock.bootMilliseconds()
    return kept.withLock { kept in
      kept = kept.filter { $0.value.endMilliseconds > now }
      return kept[reference]?.secret
    }
  }

  func keep(_ secret: Secret, of reference: SecretReference, seconds: Int) {
    guard seconds > 0 else { return }
    // Boot time includes sleep, so a laptop that slept overnight has nothing cached.
    let end = clock.bootMilliseconds() + Int64(seconds) * 1000
    kept.withLock { $0[reference] = (secret, end) }
  }

  func empty() { kept.withLock { $0 = [:] } }
}
