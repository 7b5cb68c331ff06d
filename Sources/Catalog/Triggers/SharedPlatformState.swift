import Safeguards
import SequenceAPI
import Synchronization

/// The state that all calls of one process share for the Platform API: the number of calls following a run, the recent
/// simulations, when each run was read, and the balances. Outlives reloads.
package final class SharedPlatformState: Sendable {
  /// The maximum number of calls that follow a run at the same time; others answer `running`.
  static let maximumFollowers = 4
  /// The rate-limit tokens that following leaves for triggers.
  static let reserve: Int64 = 20
  /// The maximum number of simulations by `simulate_trigger` per minute.
  static let simulationsPerMinute = 10
  private static let minute: Int64 = 60_000

  private struct State {
    var followers = 0
    /// The times of the recent simulations, oldest first. All times are on the boot clock, which goes on while the machine
    /// sleeps.
    var simulations: [Int64] = []
    var readAt: [String: Int64] = [:]
    /// Whether a call is reading the open runs.
    var isReading = false
    var balances: (list: AccountList, source: String, mark: LiveMark?, readAt: Int64)?
  }

  private let state = Mutex(State())

  package init() {}

  /// Runs the body unless four calls already do so; returns nil then.
  func following<Value>(_ body: () -> Value) -> Value? {
    let isFree = state.withLock { state in
      guard state.followers < SharedPlatformState.maximumFollowers else { return false }
      state.followers += 1
      return true
    }
    guard isFree else { return nil }
    defer { state.withLock { $0.followers -= 1 } }
    return body()
  }

  /// Takes one of the simulations allowed per minute.
  /// - Returns: nil if one was taken, otherwise the seconds until one is available.
  func takeSimulation(nowMilliseconds now: Int64) -> Int64? {
    state.withLock { state in
      state.simulations.removeAll { now - $0 >= SharedPlatformState.minute }
      if state.simulations.count >= SharedPlatformState.simulationsPerMinute, let oldest = state.simulations.first {
        return (oldest + SharedPlatformState.minute - now + 999) / 1000
      }
      state.simulations.append(now)
      return nil
    }
  }

  /// Returns whether a run may be read again, and records the read if so.
  func takeReading(of executionID: String, nowMilliseconds now: Int64) -> Bool {
    state.withLock { state in
      if let last = state.readAt[executionID], now - last < OpenRuns.intervalMilliseconds { return false }
      if state.readAt.count >= 1024 {
        state.readAt = state.readAt.filter { now - $0.value < OpenRuns.intervalMilliseconds }
      }
      state.readAt[executionID] = now
      return true
    }
  }

  /// When each run was read last, in milliseconds of the boot clock.
  package var readAt: [String: Int64] {
    get { state.withLock { $0.readAt } }
    set { state.withLock { $0.readAt = newValue } }
  }

  /// Returns the runs in the order in which they are to be read.
  func leastRecentlyRead(_ runs: [KnownRun]) -> [KnownRun] {
    let readAt = readAt
    return runs.enumerated().sorted { one, other in
      let (first, second) = (readAt[one.element.executionID] ?? .min, readAt[other.element.executionID] ?? .min)
      return (first, one.offset) < (second, other.offset)
    }.map(\.element)
  }

  /// Lets one call at a time read the open runs.
  /// - Returns: false while another one does.
  func startReading() -> Bool {
    state.withLock { state in
      defer { state.isReading = true }
      return !state.isReading
    }
  }

  func endReading() { state.withLock { $0.isReading = false } }

  /// Returns the balances read within the last minute, unless a trigger may have changed them since.
  /// - Parameters:
  ///   - source: The address and the key reference that they come from.
  ///   - mark: The ledger's, now; nil if it is not known.
  func balances(of source: String, at mark: LiveMark?, nowMilliseconds now: Int64) -> AccountList? {
    state.withLock { state in
      guard let known = state.balances, known.source == source, mark != nil, known.mark == mark,
        now - known.readAt < SharedPlatformState.minute
      else { return nil }
      return known.list
    }
  }

  /// Keeps balances.
  /// - Parameter mark: The ledger's before they were read.
  func keep(_ list: AccountList, of source: String, at mark: LiveMark?, nowMilliseconds now: Int64) {
    state.withLock { $0.balances = (list, source, mark, now) }
  }
}
