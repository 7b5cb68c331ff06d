import JSON
import Platform
import Secrets
import SequenceAPI

/// The network between a server and Sequence: it delays, loses and forges messages.
// `@unchecked Sendable`: see `SimulatedMachine`.
final class SimulatedTransport: HTTPTransport, @unchecked Sendable {
  private let world: World
  private unowned let server: SimulatedServer

  init(_ world: World, _ server: SimulatedServer) {
    self.world = world
    self.server = server
  }

  func perform(
    _ request: HTTPRequest, isCancelled: @escaping @Sendable () -> Bool
  ) throws(HTTPTransportError) -> HTTPResponse {
    guard let call = world.current, !server.process.isOver else { throw SimulatedTransport.unsent }
    if call.arguments["api_secret"] == nil { server.sends(request.credential.reveal()) }
    if request.method == .get { return try read(request, call) }
    let sent = SimulatedTransport.trigger(request)
    world.trace.note("  \(call) sends \(sent.key) to \(sent.rule)")
    world.model.sends(call, sent, world)
    let deadline = monotonic + request.timeoutMilliseconds
    // Until the connection is made, the machine may sleep, and the owner may pause or change anything.
    if world.dice.chance(10) {
      call.suspend()
      if server.process.isOver { throw SimulatedTransport.unsent }
      if isCancelled() { throw HTTPTransportError(.cancelled, "the call was cancelled", mayHaveBeenSent: false) }
    }
    if world.dice.chance(6) {
      pass(0...800)
      throw HTTPTransportError(.connectionFailed, "no route", mayHaveBeenSent: false)
    }
    call.suspend()
    // Nobody recalls a request that was already on its way when the process ended.
    if server.process.isOver {
      if world.dice.chance(60) { _ = receive(sent, call) }
      throw SimulatedTransport.unsent
    }
    pass(0...1500)
    if world.dice.chance(4) { throw try late(deadline) }
    let answer = receive(sent, call)
    call.suspend()
    if server.process.isOver { throw SimulatedTransport.unsent }
    pass(0...1500)
    if monotonic >= deadline { throw try late(deadline) }
    return try deliver(answer, deadline, call)
  }

  /// Performs a request that changes nothing, and reveals nothing of the machine's order of writes.
  private func read(_ request: HTTPRequest, _ call: SimulatedCall) throws(HTTPTransportError) -> HTTPResponse {
    let deadline = monotonic + request.timeoutMilliseconds
    let path = String(
      request.path.dropFirst(request.path.hasPrefix(SimulatedPlatform.path) ? SimulatedPlatform.path.count : 0))
    world.model.reads(call, path, world)
    if world.isMended { return response(world.platform.answer(path, now: world.machine.now, &world.dice).answer) }
    if world.dice.chance(3) {
      throw HTTPTransportError(.connectionFailed, "no route", mayHaveBeenSent: false)
    }
    if world.dice.chance(15) { call.suspend() }
    pass(0...300)
    var (answer, isTrue) = world.platform.answer(path, now: world.machine.now, &world.dice)
    if server.process.isOver { throw SimulatedTransport.unsent }
    let roll = world.dice.below(100)
    if roll < 3 { throw try late(deadline) }
    if roll < 6 { throw HTTPTransportError(.connectionLost, "connection reset", mayHaveBeenSent: true) }
    if roll < 12 { return forged(call) }
    if !isTrue {
      world.statistics.lies += 1
      world.trace.note("  the bank lies to \(call) about \(path): \(JSONWriter.text(answer.body))")
    }
    if answer.status == 200, path.hasPrefix("/transfers/") {
      let id = String(path.dropFirst("/transfers/".utf8.count))
      call.seenTransfers.insert(id)
      world.model.seenTransfers.insert(id)
      if isTrue { call.readTransfers.insert(id) }
    }
    if roll < 16, var data = answer.body["data"]?.objectValue {
      data["errorMessage"] = .string(echo(call))
      if data["source"] != nil { data["source"] = ["id": "acc_1", "name": .string(echo(call))] }
      answer.body = ["data": .object(data)]
    }
    return response(answer)
  }

  private func response(_ answer: SimulatedSequence.Answer) -> HTTPResponse {
    HTTPResponse(
      statusCode: answer.status, headers: answer.headers.map { .init($0.0, $0.1) },
      body: JSONWriter.write(answer.body))
  }

  private func receive(_ sent: SimulatedSequence.Request, _ call: SimulatedCall) -> SimulatedSequence.Answer {
    if sent.isPlatform { return receiveRun(sent, call) }
    return world.sequence.receive(sent, now: world.machine.now, &world.dice) {
      world.trace.note("  \(sent.key) runs")
      world.statistics.runs += 1
      world.model.runs(sent, call)
    }
  }

  private func receiveRun(_ sent: SimulatedSequence.Request, _ call: SimulatedCall) -> SimulatedSequence.Answer {
    let shown = sent.isSimulation ? nil : world.model.simulation(before: sent.key, call)
    // A repeated simulation is the one that was made first.
    defer { if sent.isSimulation, let run = world.platform.run(key: sent.key) { call.simulated = run } }
    return world.platform.receive(
      sent, simulated: shown, now: world.machine.now, &world.dice,
      isKnown: { id in world.disk.names["ledger.jsonl"]?.cached.holds(#""execution_id":"\#(id)""#) == true }
    ) { run in
      let what = run.isLive ? "runs" : "is simulated"
      let lie = run.lie.map { ", of which the bank lies: \($0)" } ?? ""
      world.trace.note("  \(sent.key) \(what): \(run.fate), \(run.shownCents) cents\(lie)")
      if sent.isSimulation {
        world.statistics.simulatedRuns += 1
        world.model.simulates(sent, call, run)
      } else {
        world.statistics.platformRuns += 1
        world.model.runs(sent, call, movedCents: run.movedCents)
      }
    }
  }

  /// Returns the answer as it arrives, or throws what happened to it on its way back.
  private func deliver(
    _ answer: SimulatedSequence.Answer, _ deadline: Int64, _ call: SimulatedCall
  ) throws(HTTPTransportError) -> HTTPResponse {
    let roll = world.dice.below(100)
    if roll < 6 { throw try late(deadline) }
    if roll < 12 { throw HTTPTransportError(.connectionLost, "connection reset", mayHaveBeenSent: true) }
    if roll < 15 {
      throw HTTPTransportError(
        .connectionLost, "cut off", mayHaveBeenSent: true,
        statusCode: world.dice.pick([200, 400, 401, 403, 404, 408, 422, 429, 500]))
    }
    if roll < 32 { return forged(call) }
    var answer = answer
    if world.dice.chance(5) {
      let body = answer.body
      answer.body = ["code": body["code"] ?? "OK", "message": .string(echo(call)), "data": body["data"] ?? .null]
    }
    return response(answer)
  }

  /// Returns the answer of a gateway in place of Sequence, which may have run the rule nevertheless.
  private func forged(_ call: SimulatedCall) -> HTTPResponse {
    let status = world.dice.pick([
      200, 201, 202, 204, 301, 302, 307, 400, 401, 403, 404, 405, 407, 408, 409, 410, 413, 425, 429, 431, 451, 460, 499,
      500, 502, 503, 504, 520, 524, 530, 599,
    ])
    var headers: [HTTPHeader] = []
    if world.dice.chance(20) { headers.append(.init("retry-after", world.dice.pick(["0", "2", "30", "999999999"]))) }
    if 300...399 ~= status { headers.append(.init("location", "https://\(echo(call, limit: 253))/")) }
    let code = world.dice.pick(["FORBIDDEN", "REQUEST_TIMEOUT", "CONFLICT", "FAILED", "BLOCKED"])
    let bodies: [String] = [
      "<html><body>\(status)</body></html>", "", #"{"ok":false}"#, #"{"message":"\#(code)"}"#,
      #"{"code":"\#(code)","message":"blocked"}"#, #"{"error":{"code":"\#(code)","message":"blocked"}}"#,
      #"{"success":false,"code":"OK","data":{"requestId":"none"}}"#,
    ]
    let body = world.dice.pick(bodies)
    world.trace.note("  a gateway answers \(call) with \(status) \(body)")
    if world.plant == .gatewayRefusals, [403, 408, 409, 499].contains(status) {
      return HTTPResponse(statusCode: 400, body: Array(#"{"code":"INVALID_REQUEST","message":"no"}"#.utf8))
    }
    if world.plant == .anyWordAccepts, 200...299 ~= status { return response(SimulatedSequence.accepted("req_forged")) }
    return HTTPResponse(statusCode: status, headers: headers, body: Array(body.utf8))
  }

  /// Returns a text that quotes a secret, so that one of the lengths to which texts are truncated is within the secret.
  private func echo(_ call: SimulatedCall, limit: Int? = nil) -> String {
    let secret = world.dice.pick(
      server.sentSecrets + (call.arguments["api_secret"].flatMap(\.stringValue).map { [$0] } ?? []))
    let limit = limit ?? world.dice.pick([64, 80, 128, 200, 253, 2000])
    let start = max(0, limit - world.dice.below(secret.utf8.count + 2))
    return String(repeating: "m", count: start) + secret + " was refused"
  }

  /// Lets the request time out without an answer.
  private func late(_ deadline: Int64) throws(HTTPTransportError) -> HTTPTransportError {
    world.machine.pass(milliseconds: max(0, deadline - monotonic))
    return HTTPTransportError(.timedOut, "no answer in time", mayHaveBeenSent: true)
  }

  private var monotonic: Int64 { world.machine.monotonicNanoseconds() / 1_000_000 }

  private func pass(_ range: ClosedRange<Int64>) { world.machine.pass(milliseconds: world.dice.number(range)) }

  private static let unsent = HTTPTransportError(.internalFault, "the process is over", mayHaveBeenSent: false)

  private static func trigger(_ request: HTTPRequest) -> SimulatedSequence.Request {
    let parts = request.url.split(separator: "/")
    return SimulatedSequence.Request(
      key: request.idempotencyKey ?? "", rule: parts.count > 1 ? String(parts[parts.count - 2]) : "",
      body: request.body ?? .null, isPlatform: request.url.contains(SimulatedPlatform.path))
  }
}
