import JSON
import Platform
import Rules
import TestSupport
import Testing

@testable import SequenceAPI

@Suite struct PlatformReaderTests {
  private static func json(_ text: String, _ status: Int = 200) -> HTTPResponse {
    HTTPResponse(statusCode: status, body: Array(text.utf8))
  }

  private func reader(
    _ answer: @escaping @Sendable (HTTPRequest) throws(HTTPTransportError) -> HTTPResponse
  ) throws -> PlatformReader {
    try SequenceClient.platform(AnsweringTransport(answer)).reader()
  }

  @Test(arguments: PlatformExample.all.filter { $0.status >= 400 && $0.operation != "triggerRule" })
  func `an error has Sequence's code and the request`(example: PlatformExample) throws {
    let error = #expect(throws: SequenceAPIError.self) {
      try reader { _ throws(HTTPTransportError) in example.response }.rule(id: "r")
    }
    let body = example.body["error"]
    #expect(error?.code == body?["code"]?.stringValue)
    let request = example.body["requestId"]?.stringValue.map { " (request \($0))" } ?? ""
    #expect(error?.message == (body?["message"]?.stringValue ?? "") + request)
    #expect(error.flatMap { SequenceErrorCode.named($0.code) } != nil)
  }

  @Test func `a denial names the scope that the key lacks, and for what`() throws {
    let reader = try reader { _ throws(HTTPTransportError) in
      Self.json(#"{"error":{"code":"ACCESS_DENIED","message":"no"}}"#, 403)
    }
    func scope(_ look: () throws(SequenceAPIError) -> Void) -> String? {
      do throws(SequenceAPIError) {
        try look()
        return nil
      } catch {
        #expect(error.help.contains(error.missingScope?.name ?? "none") && !error.help.contains("secret"))
        return error.missingScope.map { "\($0.name) \($0.target)" }
      }
    }
    #expect(scope { () throws(SequenceAPIError) in _ = try reader.rule(id: "r") } == "READ_RULES for the rule r")
    #expect(
      scope { () throws(SequenceAPIError) in _ = try reader.execution(ruleID: "r", id: "e") }
        == "READ_RULES for the rule r")
    #expect(scope { () throws(SequenceAPIError) in _ = try reader.accounts() } == "READ_ACCOUNTS for an account")
  }

  @Test(arguments: ["9223372036854775808", #""9223372036854775807""#, "1e400", "-1e40", "0.5", #""much""#])
  func `a balance that is not a number of cents is not known, and says so`(balance: String) throws {
    for (error, shown) in [("null", "the balance is not a number of cents: "), (#""BROKEN""#, "BROKEN")] {
      let text = #"{"id":"a","type":"POD","balance":{"balanceInCents":\#(balance),"error":\#(error)}}"#
      let data = AnswerValue(try JSONParser.parse(text), scrub: { $0 })
      let account = try #require(Account(platform: data))
      #expect(account.balanceDollars == .null && account.balanceError.stringValue?.hasPrefix(shown) == true)
    }
  }

  @Test(
    arguments: ["-1", "\(Int64.min)", "\(Int64.max)", "0.5"])
  func `a rule's sum that is not an amount of money is not known`(sum: String) throws {
    let action = #"{"type":"FIXED","amountInCents":\#(sum),"limit":{"period":"PER_TRANSFER","amountInCents":\#(sum)}}"#
    let reader = try reader { _ throws(HTTPTransportError) in
      Self.json(#"{"data":{"id":"r","steps":[{"actions":[\#(action)]}]}}"#)
    }
    let rule = try reader.rule(id: "r")
    #expect(rule.actions.map(\.kind) == [.fixed(cents: nil)] && rule.fixedCents == nil)
    #expect(rule.actions.first?.cap == .init(period: "PER_TRANSFER", cents: nil))
  }

  @Test(arguments: ["{}", #"{"data":[]}"#, #"{"data":null}"#, #"{"data":{}}"#, "[]", "<html>"])
  func `an answer without what was asked for is an error`(body: String) throws {
    let reader = try reader { _ throws(HTTPTransportError) in Self.json(body) }
    #expect(throws: SequenceAPIError.self) { try reader.rules() }
    #expect(throws: SequenceAPIError.self) { try reader.rule(id: "r") }
    #expect(throws: SequenceAPIError.self) { try reader.accounts() }
    #expect(throws: SequenceAPIError.self) { try reader.checkKey() }
  }

  @Test func `an empty list proves a key`() throws {
    try reader { _ throws(HTTPTransportError) in PlatformExample.named("none verified", "listBeneficiaries") }
      .checkKey()
  }

  @Test func `rules are read with what is odd in them`() throws {
    let rules = try reader { _ throws(HTTPTransportError) in PlatformExample.named("all", "listRules") }.rules()
    #expect(
      rules.map(\.name) == [
        "Split a client payment", "Rainy day top-up", "Pay the studio card", nil, "Payroll from the back office",
      ])
    #expect(rules.map(\.isEnabled) == [true, true, true, false, true])
    #expect(rules.map(\.isSupported) == [true, true, true, true, false])
    #expect(rules.allSatisfy { !$0.isDeleted })
  }

  @Test func `a rule has its actions`() throws {
    let split = try reader { _ throws(HTTPTransportError) in PlatformExample.named("on demand, percentages", "getRule")
    }
    .rule(id: "r")
    #expect(split.triggerType == "MANUAL")
    let actions = try #require(split.steps.first).actions
    #expect(
      actions.map(\.kind) == [30, 50, 20].map { .percentage(value: JSONNumber($0), target: .incomingAmount) })
    #expect(actions.map(\.destination?.name) == ["Taxes", "Owner Pay", "Operating"])
    let fixed = try reader { _ throws(HTTPTransportError) in PlatformExample.named("disabled, fixed amount", "getRule")
    }
    .rule(id: "r")
    #expect(!fixed.summary.isEnabled && fixed.triggerType == "ON_FUNDS_TRANSFERRED")
    #expect(fixed.steps.first?.actions.first?.kind == .fixed(cents: 25_000))
    #expect(fixed.steps.first?.actions.first?.cap == .init(period: "PER_TRANSFER", cents: 20_000))
    #expect(
      fixed.steps.first?.condition
        == .test(fact: "TRANSFER_AMOUNT", comparison: "GREATER_THAN_OR_EQUAL", value: "100000", accountID: nil))
  }

  @Test func `conditions keep their form`() throws {
    let rule = try reader { _ throws(HTTPTransportError) in
      PlatformExample.named("scheduled, with conditions and a limit", "getRule")
    }.rule(id: "r")
    #expect(
      rule.steps.first?.condition
        == .all([
          .test(fact: "BALANCE", comparison: "GREATER_THAN", value: "150000", accountID: nil),
          .any([
            .test(fact: "DATE", comparison: "LESS_THAN_OR_EQUAL", value: "15", accountID: nil),
            .test(
              fact: "BALANCE", comparison: "GREATER_THAN_OR_EQUAL", value: "400000",
              accountID: "e2a214e8-bbe9-4675-9d52-490575ffc53d"),
          ]),
        ]))
    #expect(rule.steps.first?.actions.first?.kind == .topUp)
  }

  @Test func `new words are data`() throws {
    let body = #"""
      {"data":{"id":7,"trigger":{"type":"LUNAR"},"steps":[{"conditions":{"none":[]},"actions":[{"type":"TELEPORT"},5,\#
      {"type":"PERCENTAGE","percentageTarget":"MOON"}]},"x"]}}
      """#
    let rule = try reader { _ throws(HTTPTransportError) in Self.json(body) }.rule(id: "r")
    #expect(rule.summary.id == "7" && rule.triggerType == "LUNAR")
    #expect(rule.steps.map(\.condition) == [.other])
    #expect(rule.steps[0].actions.map(\.kind) == [.other("TELEPORT"), .percentage(value: nil, target: .other("MOON"))])
  }

  @Test func `all pages are read`() throws {
    let transport = AnsweringTransport { request throws(HTTPTransportError) in
      let page = request.path.contains("page=3") ? 3 : request.path.contains("page=2") ? 2 : 1
      return Self.json(
        #"{"data":{"items":[{"id":"r\#(page)"}],"pagination":{"page":\#(page),"hasNextPage":\#(page < 3)}}}"#)
    }
    #expect(try SequenceClient.platform(transport).reader().rules().map(\.id) == ["r1", "r2", "r3"])
    #expect(transport.paths == (1...3).map { "/rules?page=\($0)&pageSize=100" })
  }

  @Test(arguments: [
    (#"{"items":[{"id":"a"}],"pagination":{"page":1,"pageSize":10}}"#, 1), (#"{"items":[{"id":"a"}]}"#, 1),
    (#"{"items":[],"pagination":{"hasNextPage":true}}"#, 1),
    (#"{"items":[{"id":"a"}],"pagination":{"hasNextPage":true}}"#, 2),
    (#"{"items":[{"name":"none"}],"pagination":{"hasNextPage":true}}"#, 1),
  ])
  func `a list ends in any case`(data: String, requests: Int) throws {
    let transport = AnsweringTransport { _ throws(HTTPTransportError) in Self.json(#"{"data":\#(data)}"#) }
    _ = try SequenceClient.platform(transport).reader().rules()
    #expect(transport.paths.count == requests)
  }

  @Test func `an entry that is listed again is read once`() throws {
    let transport = AnsweringTransport { request throws(HTTPTransportError) in
      if request.path.hasPrefix("/accounts?") {
        let name = request.path.contains("page=1&") ? "a" : "b"
        let ids: [JSONValue] = [["id": "a"], ["id": .string(name)], ["id": .string(name)]]
        return Self.json(JSONWriter.text(["data": ["items": .array(ids), "pagination": ["hasNextPage": true]]]))
      }
      return Self.json(#"{"data":{"id":"\#(request.path.split(separator: "/").last ?? "")"}}"#)
    }
    let list = try SequenceClient.platform(transport).reader().accounts()
    #expect(list.accounts.map(\.id) == ["a", "b"])
    #expect(transport.paths.count == 5)
  }

  /// Answers the list with the examples' accounts, and each account with its example.
  private static func bank(_ request: HTTPRequest) -> HTTPResponse {
    if request.path.hasPrefix("/accounts?") {
      let ids = PlatformExample.of("getAccount").compactMap { $0.body["data"]?["id"]?.stringValue } + ["not-mine"]
      let items = ids.map { JSONValue.object(["id": .string($0), "name": "From the list", "type": "POD"]) }
      return json(JSONWriter.text(["data": ["items": .array(items), "pagination": ["hasNextPage": false]]]))
    }
    let example = PlatformExample.of("getAccount").first {
      request.path.hasSuffix($0.body["data"]?["id"]?.stringValue ?? "-")
    }
    return example?.response ?? PlatformExample.named("not of this key", "getAccount")
  }

  @Test func `accounts have balances in dollars or a reason`() throws {
    let list = try reader { request throws(HTTPTransportError) in Self.bank(request) }.accounts()
    let rows = list.accounts.map { account in
      JSONWriter.text(
        [account.name, account.type, account.balanceDollars, account.balanceError, account.balanceUpdatedAt])
    }
    #expect(
      rows == [
        #"["Rainy Day","Pod",3182.50,null,"2026-11-28T09:02:11.207Z"]"#,
        #"["Van Loan","Pod",770.00,null,"2026-11-28T06:00:00Z"]"#,
        #"["Studio Card","Liability",1864.20,null,"2026-11-28T06:00:00Z"]"#,
        #"["Everyday Checking ••0021","Account",null,"CONNECTION_BROKEN","2026-11-19T06:00:00Z"]"#,
        #"["Operating","Pod",null,null,null]"#,
        #"["From the list","Pod",null,"ACCESS_DENIED: This key may not do that. (request req-7042)",null]"#,
      ])
  }

  @Test func `numbers of accounts are dropped`() throws {
    let list = try reader { request throws(HTTPTransportError) in Self.bank(request) }.accounts()
    var dumped = ""
    dump(list, to: &dumped)
    for number in ["000000000", "0000004821", "0000004822", "0000007734", "0000000021"] {
      #expect(!dumped.contains(number))
    }
    #expect(PlatformExample.of("getAccount").contains { JSONWriter.text($0.body).contains("0000007734") })
  }

  @Test func `at most four requests are under way at once`() throws {
    // Each answer waits until three other requests have been made, or none are left to make.
    let started = Monitor(0)
    let transport = AnsweringTransport { request throws(HTTPTransportError) in
      if request.path.hasPrefix("/accounts?") {
        let items = (0..<12).map { JSONValue.object(["id": .string("a\($0)")]) }
        return Self.json(JSONWriter.text(["data": ["items": .array(items)]]))
      }
      let mine = started.withLock { count in
        count += 1
        return count
      }
      let target = (mine + 3) / 4 * 4
      _ = started.wait(timeoutMilliseconds: 5000) { $0 >= target ? true : nil }
      let id = request.path.split(separator: "/").last ?? ""
      return Self.json(#"{"data":{"id":"\#(id)","balance":{"balanceInCents":5}}}"#)
    }
    let list = try SequenceClient.platform(transport).reader().accounts()
    #expect(
      list.accounts.map(\.balanceDollars) == Array(repeating: .number(try #require(JSONNumber("0.05"))), count: 12))
    #expect(transport.mostAtOnce == 4)
  }

  @Test func `transfers that cannot be read are counted`() throws {
    let transport = AnsweringTransport { request throws(HTTPTransportError) in
      switch request.path.split(separator: "/").last {
      case "9b31f6ab-6745-4527-9afa-d5ab4bae8b9b": PlatformExample.named("complete", "getTransfer")
      case "t2": PlatformExample.named("not visible yet", "getTransfer")
      default: Self.json(#"{"data":{"transferIds":["9b31f6ab-6745-4527-9afa-d5ab4bae8b9b","t2"]}}"#)
      }
    }
    let reader = try SequenceClient.platform(transport).reader()
    let list = reader.transfers(of: try reader.execution(ruleID: "r", id: "e"))
    #expect(list.transfers.map(\.amountCents) == [72_000])
    #expect(list.errors.map(\.code) == ["TRANSFER_NOT_FOUND"])
    #expect(!list.errors.isEmpty)
  }

  @Test func `the reserve is left for triggers`() throws {
    let clock = ManualClock(SequenceClient.scriptedStart)
    let limiter = RateLimiter(clock: clock)
    let transport = AnsweringTransport { _ throws(HTTPTransportError) in
      PlatformExample.named("executed", "getRuleExecution")
    }
    let client = try SequenceClient.platform(transport, clock: clock, limiter: limiter)
    let reader = try client.reader(leaving: 20)
    var read = 0
    while (try? reader.execution(ruleID: "r", id: "e")) != nil { read += 1 }
    #expect(read == 80)
    #expect(client.rateLimitRefusal(SequenceClient.sampleKey, .platform) == nil)
  }

  @Test func `a cancelled read sends nothing`() throws {
    let transport = AnsweringTransport { _ throws(HTTPTransportError) in Self.json("{}") }
    let reader = try SequenceClient.platform(transport).reader(isCancelled: { true })
    let error = #expect(throws: SequenceAPIError.self) { try reader.rules() }
    #expect(error?.code == "CANCELLED")
    #expect(transport.paths.isEmpty)
  }
}
