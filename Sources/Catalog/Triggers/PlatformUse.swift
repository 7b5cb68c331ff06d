import SequenceAPI
import Synchronization

/// What the calls of one process share of the Platform API: how many follow a run, how many simulations were asked for, when a
/// run was read, and the balances. Outlives reloads.
package final class PlatformUse: Sendable {
  /// Calls that follow a run at once; others answer `running`.
  static let maximumFollowers = 4
  /// Tokens of the rate limit that following leaves for triggers.
  static let reserve: Int64 = 20
  /// Simulations that `simulate_trigger` makes in a minute.
  static let simulationsPerMinute = 10
  private static let minute: Int64 = 60_000_000_000
  /// How long a run is not read again.
  private static let rereading: Int64 = 5 * minute

  private struct State {
    var followers = 0
    /// When they were made, on the monotonic clock, oldest first.
    var simulations: [Int64] = []
    var readAt: [String: Int64] = [:]
    var balances: (list: AccountList, source: String, readAt: Int64)?
  }

  private let state = Mutex(State())

  package init() {}

  /// Runs the body if fewer than four do so already; nil otherwise.
  func following<Value>(_ body: () -> Value) -> Value? {
    let isFree = state.withLock { state in
      guard state.followers < PlatformUse.maximumFollowers else { return false }
      state.followers += 1
      return true
    }
    guard isFree else { return nil }
    defer { state.withLock { $0.followers -= 1 } }
    return body()
  }

  /// Takes one of the minute's simulations.
  /// - Returns: in how many seconds there is one, if there is none now.
  func takeSimulation(nowNanoseconds now: Int64) -> Int64? {
    state.withLock { state in
      state.simulations.removeAll { now - $0 >= PlatformUse.minute }
      if state.simulations.count >= PlatformUse.simulationsPerMinute, let oldest = state.simulations.first {
        return (oldest + PlatformUse.minute - now + 999_999_999) / 1_000_000_000
      }
      state.simulations.append(now)
      return nil
    }
  }

  /// Whether a run may be read again; if so, that is noted.
  func takeReading(of executionID: String, nowNanoseconds now: Int64) -> Bool {
    state.withLock { state in
      if let last = state.readAt[executionID], now - last < PlatformUse.rereading { return false }
      if state.readAt.count >= 1024 { state.readAt = state.readAt.filter { now - $0.value < PlatformUse.rereading } }
      state.readAt[executionID] = now
      return true
    }
  }

  /// The balances of the last minute, unless a trigger was accepted since.
  /// - Parameter source: where they come from, address and key's place.
  func balances(of source: String, nowNanoseconds now: Int64) -> AccountList? {
    state.withLock { state in
      guard let known = state.balances, known.source == source, now - known.readAt < PlatformUse.minute else {
        return nil
      }
      return known.list
    }
  }

  func keep(_ list: AccountList, of source: String, nowNanoseconds now: Int64) {
    state.withLock { $0.balances = (list, source, now) }
  }

  /// Forgets the balances, since a run may change them.
  func noteAcceptance() { state.withLock { $0.balances = nil } }
}
