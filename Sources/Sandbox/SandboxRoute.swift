import JSON
import Platform

/// The operation that a request asks for.
enum SandboxRoute: Sendable {
  /// A request of one of the simulated APIs. Only these are affected by faults.
  case api(APIOperation)
  /// `GET /sandbox/moves`
  case moves
  /// `POST /sandbox/faults`
  case faults
  /// No such operation; answered with this failure.
  case refused(HTTPReply)

  /// - Parameter triggerPath: Contains `{rule_id}` in the place of one percent-encoded segment.
  init(_ head: HTTPRequestHead, triggerPath: String) {
    if let route = PlatformRoute(head) {
      self = .api(
        APIOperation(isPlatform: true, triggeredRule: route.triggeredRule) { bank, request, now in
          bank.platform(route, request, nowMilliseconds: now)
        })
      return
    }
    func only(_ method: String, _ route: SandboxRoute) -> SandboxRoute {
      head.method == method
        ? route
        : .refused(.failure(405, "METHOD_NOT_ALLOWED", "Use \(method) here", headers: [("Allow", method)]))
    }
    switch head.path {
    case "/accounts": self = only("POST", .api(APIOperation { bank, request, _ in bank.listAccounts(request) }))
    case "/sandbox/moves": self = only("GET", .moves)
    case "/sandbox/faults": self = only("POST", .faults)
    default:
      guard let ruleID = SandboxRoute.ruleID(in: head.path, triggerPath: triggerPath) else {
        self = .refused(.failure(404, "NOT_FOUND", "Nothing answers at this path"))
        return
      }
      let operation = APIOperation(triggeredRule: ruleID) { bank, request, now in
        bank.trigger(ruleID: ruleID, request, nowMilliseconds: now)
      }
      self = only("POST", .api(operation))
    }
  }

  /// The operation of a simulated API that it is; nil for any other.
  var operation: APIOperation? { if case .api(let operation) = self { operation } else { nil } }

  /// Returns the rule's id if `path` is the trigger path with one segment in place of `{rule_id}`.
  static func ruleID(in path: String, triggerPath: String) -> String? {
    func segments(_ path: String) -> [ArraySlice<UInt8>] {
      Array(path.utf8).split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    }
    let (found, expected) = (segments(path), segments(triggerPath))
    guard found.count == expected.count,
      let place = expected.firstIndex(where: { $0.elementsEqual("{rule_id}".utf8) }),
      found[..<place] == expected[..<place], found[(place + 1)...] == expected[(place + 1)...],
      !found[place].isEmpty, !found[place].contains(where: { "?#".utf8.contains($0) })
    else { return nil }
    return percentDecoded(found[place])
  }

  /// Percent-decodes a segment (RFC 3986 section 2.1). Returns nil if an escape is invalid or the result is not UTF-8.
  static func percentDecoded(_ segment: ArraySlice<UInt8>) -> String? {
    var bytes: [UInt8] = []
    var rest = segment
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      let digits = rest.prefix(2)
      guard digits.count == 2, let value = Hex.value(digits) else { return nil }
      bytes.append(UInt8(value))
      rest = rest.dropFirst(2)
    }
    return String(validating: bytes, as: UTF8.self)
  }
}

/// An operation of one of the simulated APIs.
struct APIOperation: Sendable {
  /// Whether its errors use the Platform API's format.
  var isPlatform = false
  /// The id of the rule that it triggers; nil if it only reads.
  var triggeredRule: String?
  let answer: @Sendable (inout SandboxBank, ReceivedRequest, _ nowMilliseconds: Int64) -> HTTPReply
}

/// The two endpoints through which another process inspects and scripts the sandbox.
enum SandboxControl {
  /// `GET /sandbox/moves`: `{"moves": [...], "carried_out": N, "api_requests": N}`.
  static func moves(_ bank: SandboxBank, apiRequests: Int) -> HTTPReply {
    .json(
      200,
      [
        "moves": .array(bank.moves.map(\.json)), "carried_out": JSONValue(bank.moves.count { $0.isCarriedOut }),
        "api_requests": JSONValue(apiRequests),
      ])
  }

  /// `POST /sandbox/faults`: `{"faults": ["NAME[:COUNT]", ...]}` for a sequence, `{"seed": N, "percent": N}` for random faults,
  /// `{"faults": []}` for none. `script` is nil if the request is invalid.
  static func script(_ request: ReceivedRequest) -> (script: FaultScript?, reply: HTTPReply) {
    guard let body = request.jsonBody else { return refusal(ReceivedRequest.bodyRule) }
    if let texts = body["faults"]?.arrayValue {
      var steps: [FaultStep] = []
      for text in texts {
        do throws(FaultTextError) {
          steps.append(try FaultStep(parsing: text.stringValue ?? ""))
        } catch {
          return refusal(error.message)
        }
      }
      return (FaultScript(steps), accepted)
    }
    guard let seed = body["seed"]?.numberValue?.intValue, let percent = body["percent"]?.numberValue?.intValue,
      0...100 ~= percent
    else { return refusal("write 'faults', or 'seed' and 'percent' (0 to 100)") }
    let script = FaultScript(seed: UInt64(bitPattern: Int64(seed)), percent: percent, faults: SandboxFault.quick)
    return (script, accepted)
  }

  private static let accepted = HTTPReply.json(200, ["message": "OK"])

  private static func refusal(_ message: String) -> (FaultScript?, HTTPReply) {
    (nil, .failure(400, "INVALID_REQUEST", message))
  }
}
