package import Platform
import Synchronization

/// A small HTTP/1.1 server on 127.0.0.1 that simulates both of Sequence's APIs (Sequence API docs, read 2026-11), with faults
/// on demand: for people without an account, and for tests that need real sockets.
///
/// It also serves `GET /sandbox/moves` and `POST /sandbox/faults` for other processes; faults do not affect these two. Call
/// `stop` before releasing it.
package final class SandboxServer: Sendable {
  private let clock: any Clock
  private let timeouts: Timeouts
  private let log: (@Sendable (SandboxMove) -> Void)?
  private let state: Mutex<State>
  private let running = Mutex<Listener?>(nil)

  /// The server's time limits, in milliseconds.
  package struct Timeouts: Sendable {
    /// For receiving a whole request, and for sending its answer.
    package var request: Int64 = 10_000
    /// For the next request on a kept connection.
    package var idle: Int64 = 60_000

    package init() {}
  }

  private struct State {
    var bank: SandboxBank
    var script: FaultScript
    var apiRequests = 0
    /// nil for a bank that ends with the process.
    var file: MoveFile?
  }

  /// - Parameters:
  ///   - faults: The faults for the first API requests, in order.
  ///   - directory: Stores the moves there, for later runs and other processes; nil keeps them in memory only.
  ///   - clock: For the time of moves and dates in answers; timeouts use the machine's own clock.
  ///   - log: Receives each trigger as it is recorded, on the thread of its connection.
  package init(
    configuration: SandboxConfiguration = SandboxConfiguration(), faults: [FaultStep] = [], directory: String? = nil,
    clock: any Clock = SystemClock(), timeouts: Timeouts = Timeouts(),
    log: (@Sendable (SandboxMove) -> Void)? = nil
  ) {
    self.clock = clock
    self.timeouts = timeouts
    self.log = log
    state = Mutex(
      State(
        bank: SandboxBank(configuration), script: FaultScript(faults),
        file: directory.map { MoveFile(directory: $0) }))
  }

  /// Starts listening on 127.0.0.1, after stopping if it is already running, and returns the port.
  /// - Parameter port: 0 for any free port.
  /// - Throws: `SystemError` if the port is not available.
  @discardableResult
  package func start(port: UInt16 = 0) throws(SystemError) -> UInt16 {
    stop()
    let listener = try Listener(port: port) { socket, stopSignal in
      self.serve(Connection(socket: socket, stopSignal: stopSignal))
    }
    running.withLock { $0 = listener }
    return listener.port
  }

  /// Ends every connection, and returns when all threads have ended. The recorded data stays readable.
  package func stop() {
    let stopping = running.withLock { running in
      defer { running = nil }
      return running
    }
    stopping?.stop()
  }

  /// `http://127.0.0.1:PORT`, or nil while it is not running.
  package var baseURL: String? {
    running.withLock { $0.map { "http://127.0.0.1:\($0.port)" } }
  }

  /// Every trigger whose body was read, in the order of processing.
  package var moves: [SandboxMove] { state.withLock { $0.bank.moves } }

  /// The accounts with their current balances.
  package var accounts: [SandboxAccount] { state.withLock { $0.bank.accounts } }

  /// The number of requests to the API itself, including those with faults.
  package var apiRequestCount: Int { state.withLock { $0.apiRequests } }

  /// The number of connections accepted since the start. Clients that reuse connections make it smaller than the number of
  /// requests.
  package var connectionCount: Int { running.withLock { $0?.acceptedCount } ?? 0 }

  /// Replaces the rules, the secrets and the path. Accounts, moves and faults stay unchanged.
  package func replaceConfiguration(_ configuration: SandboxConfiguration) {
    state.withLock { $0.bank.configuration = configuration }
  }

  /// Replaces the rest of the script: the next API requests get these faults in order, then none.
  package func script(steps: [FaultStep]) { state.withLock { $0.script = FaultScript(steps) } }

  /// Replaces the rest of the script, with one request per fault.
  package func script(_ faults: [SandboxFault]) { script(steps: faults.map { FaultStep($0) }) }

  /// Gives that percentage of the following API requests (0 to 100) a fault. The faults are the same for the same seed, as long
  /// as requests are sequential.
  package func scriptRandomly(seed: UInt64, percent: Int, from faults: [SandboxFault] = SandboxFault.quick) {
    state.withLock { $0.script = FaultScript(seed: seed, percent: percent, faults: faults) }
  }

  private func serve(_ connection: Connection) {
    do throws(HTTPFault) {
      while true {
        try connection.awaitRequest(idleMilliseconds: timeouts.idle)
        connection.allow(milliseconds: timeouts.request)
        guard try serveOne(connection) else { return }
      }
    } catch {
      guard let reply = error.reply else { return connection.close() }
      connection.allow(milliseconds: timeouts.request)
      try? connection.write(reply.bytes(keepsAlive: false))
      connection.close(draining: true)
    }
  }

  /// Answers one request.
  /// - Returns: whether the connection stays open; if not, it has been closed.
  private func serveOne(_ connection: Connection) throws(HTTPFault) -> Bool {
    let head = try HTTPRequestReader.readHead(connection)
    let route = SandboxRoute(head, triggerPath: state.withLock { $0.bank.configuration.triggerPath })
    let fault = route.operation == nil ? .wellBehaved : nextFault()
    if fault == .resetBeforeReading {
      connection.reset()
      return false
    }
    let request = ReceivedRequest(head: head, body: try HTTPRequestReader.readBody(connection, head))
    let now = clock.wallMilliseconds()
    let reply = answer(route, request, fault, nowMilliseconds: now)
    let secret =
      request.bearer("x-sequence-signature") ?? request.bearer("x-sequence-access-token")
      ?? request.bearer("authorization") ?? ""
    connection.allow(milliseconds: timeouts.request)
    let faulted = FaultedRequest(
      reply: reply, secret: secret, nowMilliseconds: now, isPlatform: route.operation?.isPlatform == true)
    return connection.deliver(
      fault.delivery(faulted), keepsAlive: head.keepsAlive, omitsBody: head.method == "HEAD")
  }

  private func nextFault() -> SandboxFault {
    state.withLock { state in
      state.apiRequests += 1
      return state.script.next()
    }
  }

  private func answer(
    _ route: SandboxRoute, _ request: ReceivedRequest, _ fault: SandboxFault, nowMilliseconds: Int64
  ) -> HTTPReply {
    switch route {
    case .api(let operation):
      guard let ruleID = operation.triggeredRule else {
        guard fault.processesRequest else { return .unprocessed }
        return read { bank, _ in operation.answer(&bank, request, nowMilliseconds) }
      }
      return play { bank in
        fault.processesRequest
          ? operation.answer(&bank, request, nowMilliseconds)
          : bank.noteUnprocessed(ruleID: ruleID, request, fault: fault.name, nowMilliseconds: nowMilliseconds)
      }
    case .moves: return read { bank, requests in SandboxControl.moves(bank, apiRequests: requests) }
    case .faults:
      let result = SandboxControl.script(request)
      if let script = result.script { state.withLock { $0.script = script } }
      return result.reply
    case .refused(let reply): return reply
    }
  }

  /// Runs `body` with the bank as all processes that use it have left it, and passes the bank's last move to the log.
  private func play(_ body: @Sendable (inout SandboxBank) -> HTTPReply) -> HTTPReply {
    let (reply, move) = state.withLock { state -> (HTTPReply, SandboxMove?) in
      do throws(SystemError) {
        guard let file = state.file else { return (body(&state.bank), state.bank.moves.last) }
        return try file.access(&state.bank) { bank in (body(&bank), bank.moves.last) }
      } catch {
        return (.failure(500, "UNEXPECTED_ERROR", "The sandbox's moves.jsonl cannot be kept: \(error.reason)"), nil)
      }
    }
    if let move { log?(move) }
    return reply
  }

  /// Runs `body` in the same way, with the number of API requests, for operations that move nothing.
  private func read(_ body: @Sendable (inout SandboxBank, _ apiRequests: Int) -> HTTPReply) -> HTTPReply {
    state.withLock { state in
      let requests = state.apiRequests
      return state.file.map { $0.read(&state.bank) { body(&$0, requests) } } ?? body(&state.bank, requests)
    }
  }
}
