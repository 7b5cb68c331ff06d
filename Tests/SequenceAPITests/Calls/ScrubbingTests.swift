import JSON
import Secrets
import SequenceAPI
import TestSupport
import Testing

/// Secrets that the API echoes, at each place from which a text is read and around each length to which texts are truncated.
@Suite struct ScrubbingTests {
  private static let known = "kn0wn-not-a-real-secret-0123456789abcdef"
  private static let own = "0wn-not-a-real-secret-9876543210fedcba98"
  private static let scrubber: SecretScrubber = {
    let scrubber = SecretScrubber()
    scrubber.register(Secret(known))
    return scrubber
  }()

  /// Returns what a trigger's caller sees of an answer, with one registered secret and one passed for this call.
  private func seen(_ reply: FakeTransport.Reply) throws -> String {
    let client = try SequenceClient.scripted(FakeTransport([reply]), scrubber: Self.scrubber)
    let outcome = try client.triggerSample(secret: Secret(Self.own))
    return "\(outcome)"
  }

  private static func places(_ text: String) -> [FakeTransport.Reply] {
    let value = JSONValue.string(text)
    func json(_ status: Int, _ body: JSONValue) -> FakeTransport.Reply { .json(status, JSONWriter.text(body)) }
    return [
      json(401, ["code": "INVALID_API_SECRET", "message": value]), json(401, ["code": value, "message": "m"]),
      json(403, ["error": ["code": value, "message": value]]), json(200, ["code": "OK", "error": value]),
      json(200, ["code": "OK", "message": value, "data": ["requestId": value]]), json(200, ["message": value]),
      .json(302, "", [.init("location", "https://" + text + "/x")]),
      .failure(.init(.tlsFailed, text, mayHaveBeenSent: false)),
    ]
  }

  @Test(arguments: [80, 200, 253, 300, 2000], [known, own])
  func `no part of a secret survives a cut`(limit: Int, secret: String) throws {
    // Each place around which the secret is cut within its first or last bytes, and every fifth between.
    let whole = limit - secret.utf8.count
    for start in (whole - 2)...(limit + 2)
    where start >= 0 && (start <= whole + 2 || start >= limit - 8 || start % 5 == 0) {
      let text = String(repeating: "x", count: start) + secret + "yz"
      for reply in Self.places(text) {
        #expect(try !seen(reply).contains(secret.prefix(6)), "at \(start), \(reply)")
      }
    }
  }

  @Test func `a secret of digits is taken out of a number`() throws {
    let scrubber = SecretScrubber()
    scrubber.register(Secret("4815162342"))
    let body = #"{"code":"OK","data":{"requestId":94815162342}}"#
    let client = try SequenceClient.scripted(FakeTransport([.json(200, body)]), scrubber: scrubber)
    #expect(try !"\(client.triggerSample())".contains("4815162342"))
  }

  @Test func `a guess does not cut a known secret into pieces`() throws {
    let scrubber = SecretScrubber()
    scrubber.register(Secret(Self.known))
    let reply = FakeTransport.Reply.json(
      401, JSONWriter.text(["code": "INVALID_API_SECRET", "message": .string(Self.known)]))
    let client = try SequenceClient.scripted(FakeTransport([reply]), scrubber: scrubber)
    let outcome = try client.triggerSample(secret: Secret(String(Self.known.prefix(12))))
    #expect(outcome.error?.message == "<redacted>")
  }

  @Test func `accounts are scrubbed too`() throws {
    let body = #"{"data":{"accounts":[{"id":"a","name":"\#(Self.own)"}],"errors":["\#(Self.own)"]}}"#
    let list = try SequenceClient.scripted(FakeTransport([.json(200, body)])).accounts(accessToken: Secret(Self.own))
    #expect(list.accounts.first?.name == "<redacted>")
    #expect(list.errors == ["<redacted>"])
  }

  @Test(arguments: [
    ("accepted", 200, #"{"accepted":false,"data":{"requestId":"r"}}"#, "unknown"),
    ("triggered", 200, #"{"triggered":false,"data":{"requestId":"r"}}"#, "unknown"),
    ("success", 200, #"{"data":{"requestId":"r","success":false}}"#, "unknown"),
    ("declined", 200, #"{"data":{"requestId":"r","status":"declined"}}"#, "unknown"),
    ("failed", 200, #"{"data":{"requestId":"r","status":"failed"}}"#, "unknown"),
    ("status", 200, #"{"data":{"requestId":"r","status":"failed"}}"#, "unknown"),
    ("exception", 200, #"{"exception":"boom","data":{"requestId":"r"}}"#, "unknown"),
    ("undefined", 200, #"{"data":{"requestId":"undefined"}}"#, "unknown"),
    ("accepted", 401, #"{"code":"INVALID_API_SECRET","status":"accepted"}"#, "unknown"),
    ("INVALID_API_SECRET", 401, #"{"code":"INVALID_API_SECRET","message":"m"}"#, "rejected"),
    ("SUCCESS", 200, #"{"code":"SUCCESS","data":{"requestId":"r"}}"#, "accepted"),
    ("requestId", 200, #"{"code":"OK","data":{"requestId":"r"}}"#, "accepted"),
    ("message", 200, #"{"message":"m","data":{"requestId":"r"}}"#, "accepted"),
  ])
  func `a secret that is one of the API's words changes no outcome`(
    secret: String, status: Int, body: String, word: String
  ) throws {
    let registered = SecretScrubber(of: Secret(secret))
    for scrubber in [SecretScrubber(), registered] {
      let client = try SequenceClient.scripted(FakeTransport([.json(status, body)]), scrubber: scrubber)
      #expect(try client.triggerSample(secret: Secret(secret)).word == word)
    }
  }

  @Test(arguments: ["EXECUTED", "SIMULATION", "executionMode", "transferIds", "transfersCompleted"])
  func `a secret that is one of the API's words changes no run`(secret: String) throws {
    let body = #"""
      {"data":{"status":"EXECUTED","executionMode":"SIMULATION","transfersAttempted":1,"transfersCompleted":1,\#
      "transferIds":["t"]}}
      """#
    let transport = FakeTransport([.json(200, body)])
    let run = try SequenceClient.platform(transport, scrubber: SecretScrubber(of: Secret(secret))).reader()
      .execution(ruleID: "r", id: "e")
    #expect(run.outcome([]) == .executed && run.isSimulation && run.transferIDs == ["t"])
  }

  /// Returns the value with each of its names, texts and numbers in turn made, or extended by, a secret.
  private static func laced(_ value: JSONValue) -> [JSONValue] {
    let secret = JSONValue.string("xy" + known + "z")
    switch value {
    case .null, .bool, .string: return [secret]
    case .number: return [secret, .number(JSONNumber(4_815_162_342))]
    case .array(let elements):
      return elements.indices.flatMap { index in
        laced(elements[index]).map { laced in
          .array(elements.enumerated().map { $0.offset == index ? laced : $0.element })
        }
      }
    case .object(let object):
      return object.members.indices.flatMap { index -> [JSONValue] in
        let member = object.members[index]
        let laced = [(key: known, value: member.value)] + laced(member.value).map { (key: member.key, value: $0) }
        return laced.map { member -> JSONValue in
          var members = object.members
          members[index] = member
          return .object(JSONObject(members: members))
        }
      }
    }
  }

  /// Returns the value with each of its texts made a secret, or each of its numbers.
  private static func filled(_ value: JSONValue, texts: Bool) -> JSONValue {
    switch value {
    case .null, .bool: return value
    case .string: return texts ? .string("xy" + known + "z") : value
    case .number: return texts ? value : .number(JSONNumber(4_815_162_342))
    case .array(let elements): return .array(elements.map { filled($0, texts: texts) })
    case .object(let object):
      return .object(JSONObject(object.members.map { ($0.key, filled($0.value, texts: texts)) }))
    }
  }

  /// Returns everything that the program keeps of an answer to one of its requests.
  private static func kept(_ status: Int, _ body: JSONValue, of operation: String) throws -> String {
    let list: JSONValue = ["data": ["items": [["id": body["data"]?["id"] ?? "a"]]]]
    let run: JSONValue = ["data": ["transferIds": [body["data"]?["id"] ?? "t"]]]
    let transport = AnsweringTransport { request throws(HTTPTransportError) in
      operation == "getAccount" && request.path.hasPrefix("/accounts?")
        ? HTTPResponse(statusCode: 200, body: JSONWriter.write(list))
        : operation == "getTransfer" && request.path.contains("/executions/")
          ? HTTPResponse(statusCode: 200, body: JSONWriter.write(run))
          : HTTPResponse(statusCode: status, body: JSONWriter.write(body))
    }
    let client = try SequenceClient.platform(
      transport, scrubber: SecretScrubber(of: Secret(known), Secret("4815162342")))
    let reader = try client.reader()
    let id = "6b881677-6b5a-4b73-a944-72d1a7d32946"
    var kept = ""
    func keep(_ read: () throws -> Any) {
      do { dump(try read(), to: &kept) } catch { dump(error, to: &kept) }
    }
    switch operation {
    case "triggerRule":
      let request = try PlatformAPI.sample().trigger(
        ruleID: id, body: ["executeAmount": 100], idempotencyKey: "key-1", tool: "pay")
      keep { client.trigger(request, secret: SequenceClient.sampleKey) }
    case "remoteTrigger": keep { try client.triggerSample() }
    case "remoteAccounts": keep { try client.accounts(accessToken: SequenceClient.sampleKey) }
    case "getRule": keep { try reader.rule(id: id) }
    case "listRules": keep { try reader.rules() }
    case "listAccounts", "getAccount": keep { try reader.accounts() }
    case "getTransfer": keep { reader.transfers(of: try reader.execution(ruleID: id, id: id)) }
    default: keep { try reader.execution(ruleID: id, id: id) }
    }
    return kept
  }

  @Test func `no secret is kept from any place of an answer`() throws {
    let remote = [
      PlatformExample(
        operation: "remoteTrigger", name: "accepted", status: 200,
        body: ["code": "OK", "message": "m", "data": ["requestId": "r", "code": "OK", "x": 1]]),
      PlatformExample(
        operation: "remoteTrigger", name: "refused", status: 401,
        body: ["code": "INVALID_API_SECRET", "message": "m", "requestId": "r", "error": ["code": "X", "message": "m"]]),
      PlatformExample(
        operation: "remoteAccounts", name: "two", status: 200,
        body: [
          "code": "OK", "message": "m", "requestId": "r",
          "data": [
            "accounts": [
              ["id": "a", "name": "n", "type": "Pod", "balance": ["amountInDollars": 1, "error": ["x": 1]]],
              ["id": ["x": 7], "name": ["n"], "type": nil, "balance": "much"],
            ], "errors": ["e", ["x": 1]],
          ],
        ]),
    ]
    for example in remote + PlatformExample.all {
      let inTurn = example.operation.hasPrefix("remote") ? Self.laced(example.body) : []
      for body in inTurn + [true, false].map({ Self.filled(example.body, texts: $0) }) {
        let kept = try Self.kept(example.status, body, of: example.operation)
        #expect(!kept.contains("kn0wn-") && !kept.contains("4815162342"), "\(example): \(JSONWriter.text(body))")
      }
    }
  }
}
