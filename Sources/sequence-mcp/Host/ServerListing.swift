import Safeguards
import Synchronization

/// A server's entry in the lists of running servers. No client waits for its files: they are written once the server has answered
/// what it was started with.
final class ServerListing: Sendable {
  private struct State {
    var server: RunningServer
    /// nil until the files are written.
    var registers: [ServerRegister]?
  }

  private let directories: [String]
  /// Told why there is no file in a directory.
  private let notice: @Sendable (LedgerFault) -> Void
  private let state: Mutex<State>

  /// Writes nothing yet.
  init(_ server: RunningServer, in directories: [String], notice: @escaping @Sendable (LedgerFault) -> Void) {
    self.directories = directories
    self.notice = notice
    state = Mutex(State(server: server))
  }

  /// Writes the files, unless they are written. Without them `status` and `pause` find fewer servers; nothing else changes.
  func write() {
    state.withLock { state in
      guard state.registers == nil else { return }
      var registers: [ServerRegister] = []
      for directory in directories {
        do throws(LedgerFault) {
          registers.append(try ServerRegister(state.server, in: directory))
        } catch {
          notice(error)
        }
      }
      state.registers = registers
    }
  }

  func update(_ change: (inout RunningServer) -> Void) {
    state.withLock { state in
      change(&state.server)
      for register in state.registers ?? [] { register.update(change) }
    }
  }

  /// Takes the server out of the lists.
  func end() {
    state.withLock { state in
      state.registers?.forEach { $0.end() }
      state.registers = []
    }
  }
}
