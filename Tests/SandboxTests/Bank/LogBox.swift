import Synchronization

@testable import Sandbox

/// Collects moves from the server's threads.
final class LogBox: Sendable {
  private let collected = Mutex<[SandboxMove]>([])

  var moves: [SandboxMove] { collected.withLock { $0 } }

  func append(_ move: SandboxMove) { collected.withLock { $0.append(move) } }
}
