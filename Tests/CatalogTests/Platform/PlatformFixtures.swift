import Catalog
import JSON
import MCP
import Platform
import Rules
import Secrets
import SequenceAPI
import Synchronization
import TestSupport
import Testing

@testable import Sandbox

/// A transport that the sandbox's bank answers without a socket, so that a manual clock can be used.
final class BankTransport: HTTPTransport {
  private struct State {
    var bank: SandboxBank
    /// The replies in place of an answer to the next requests whose path contains the text.
    var faults: [(part: String, reply: FakeTransport.Reply)] = []
    /// The changes to the `data` of answers to requests whose path contains the text.
    var changes: [(part: String, change: @Sendable (inout JSONObject) -> Void)] = []
    var requests: [HTTPRequest] = []
  }

  private let state: Mutex<State>
  private let willSend = Mutex<@Sendable (HTTPRequest) -> Void>({ _ in })

  init(_ configuration: SandboxConfiguration = SandboxConfiguration()) {
    state = Mutex(State(bank: SandboxBank(configuration)))
  }

  var requests: [HTTPRequest] { state.withLock { $0.requests } }
  /// `POST /rules/ID/trigger` and the like.
  var lines: [String] { requests.map { "\($0.method.rawValue) \($0.path)" } }
  var moves: [SandboxMove] { state.withLock { $0.bank.moves } }
  var accounts: [SandboxAccount] { state.withLock { $0.bank.accounts } }
  var triggers: [HTTPRequest] { requests.filter { $0.path.hasSuffix("/trigger") } }
  var bodies: [String] { triggers.map { JSONWriter.text($0.body ?? .null) } }

  func meet(_ part: String, _ replies: FakeTransport.Reply...) {
    state.withLock { $0.faults += replies.map { (part, $0) } }
  }

  /// Changes the `data` of each answer to a request whose path contains the text.
  func alter(_ part: String, _ change: @escaping @Sendable (inout JSONObject) -> Void) {
    state.withLock { $0.changes.append((part, change)) }
  }

  /// Changes the rules or balances of the household.
  func change(_ change: (inout SandboxBank) -> Void) { state.withLock { change(&$0.bank) } }

  func beforeSending(_ action: @escaping @Sendable (HTTPRequest) -> Void) {
    willSend.withLock { $0 = action }
  }

  func perform(
    _ request: HTTPRequest, isCancelled: @escaping @Sendable () -> Bool
  ) throws(HTTPTransportError) -> HTTPResponse {
    willSend.withLock { $0 }(request)
    let fault = state.withLock { state -> FakeTransport.Reply? in
      state.requests.append(request)
      guard let index = state.faults.firstIndex(where: { request.path.contains($0.part) }) else { return nil }
      return state.faults.remove(at: index).reply
    }
    switch fault {
    case .answer(let response)?: return response
    case .failure(let error)?: throw error
    case nil: return altered(answer(request), request.path)
    }
  }

  private func altered(_ response: HTTPResponse, _ path: String) -> HTTPResponse {
    let changes = state.withLock { $0.changes.filter { path.contains($0.part) } }
    guard !changes.isEmpty, var answer = (try? JSONParser.parse(response.body))?.objectValue,
      var data = answer["data"]?.objectValue
    else { return response }
    for change in changes { change.change(&data) }
    answer["data"] = .object(data)
    return HTTPResponse(
      statusCode: response.statusCode, headers: response.headers, body: JSONWriter.write(.object(answer)))
  }

  private func answer(_ request: HTTPRequest) -> HTTPResponse {
    let path = request.service.path + request.path
    let headers = (try? request.headerLines()) ?? []
    let body = request.body.map { JSONWriter.write($0) } ?? []
    let lines = ["\(request.method.rawValue) \(path) HTTP/1.1", "host: bank"] + headers
    guard let head = try? HTTPRequestHead(lines: lines.map { Array($0.utf8) }), let route = PlatformRoute(head)
    else { return HTTPResponse(statusCode: 599, body: []) }
    let reply = state.withLock {
      $0.bank.platform(route, ReceivedRequest(head: head, body: body), nowMilliseconds: Int64($0.requests.count))
    }
    return HTTPResponse(
      statusCode: reply.status, headers: reply.headers.map { HTTPHeader($0.name, $0.value) }, body: reply.body)
  }
}

/// Configurations of rules of the Platform API.
enum PlatformFixtures {
  static let environment = ["SEQUENCE_API_KEY": SandboxCatalog.apiKey]

  static func id(_ name: String?) -> String { SandboxCatalog.platformRules.first { $0.name == name }?.id ?? "none" }

  /// Returns the alias `run` of a seed rule that takes an amount. `more` are further lines of the rule.
  static func rule(_ name: String?, _ more: String..., top: String = "") -> String {
    """
    version: 1
    \(top)
    rules:
      run:
        api: platform
        rule_id: \(id(name))
        title: Run it
        description: Runs a rule.
        parameters:
          amount: {type: money, minimum: 10.00, maximum: 5000.00}
        execute_amount: amount
    \(more.map { "    " + $0 }.joined(separator: "\n"))

    """
  }

  /// A rule of three transfers with a cap that counts what its simulation says.
  static let limited = balanceRule("Profit first", "limits: {per_call: 2000.00}", "dedupe_window: 0s")

  /// Returns the same for a rule without an amount.
  static func balanceRule(_ name: String, _ more: String...) -> String {
    """
    version: 1
    rules:
      run:
        api: platform
        rule_id: \(id(name))
        description: Runs a rule.
    \(more.map { "    " + $0 }.joined(separator: "\n"))

    """
  }

  static func world(_ yaml: String, _ bank: BankTransport, isDryRun: Bool = false, isReadOnly: Bool = false) throws
    -> World
  {
    try World(yaml, over: bank, environment: environment, isDryRun: isDryRun, isReadOnly: isReadOnly)
  }
}

extension ToolResult {
  var run: JSONValue? { structuredContent?["run"] }
  var outcome: String? { run?["outcome"]?.stringValue }
}
