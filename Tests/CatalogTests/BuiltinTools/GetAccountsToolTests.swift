import Catalog
import JSON
import MCP
import TestSupport
import Testing

@testable import SequenceAPI

@Suite struct GetAccountsToolTests {
  static let three: JSONValue = [
    [
      "id": "a1", "name": "Groceries", "type": "Pod", "balance": ["amountInDollars": .number(JSONNumber("25342.770")!)],
    ],
    ["id": 17, "name": "Salary", "type": "Income Source", "balance": ["amountInDollars": nil, "error": "not linked"]],
    ["id": ["odd": true], "name": "Old Groceries", "type": "Crypto Vault", "balance": ["amountInDollars": -0]],
  ]

  @Test func `an answer has the original shape and the exact digits`() throws {
    let world = try World("version: 1", [.accounts(Self.three)])
    #expect(
      try world.answer("get_accounts") == """
        {"total_accounts":3,"accounts":[\
        {"id":"a1","name":"Groceries","type":"Pod","balance_dollars":25342.770,"balance_text":"$25,342.77",\
        "balance_error":null},\
        {"id":17,"name":"Salary","type":"Income Source","balance_dollars":null,"balance_text":null,\
        "balance_error":"not linked"},\
        {"id":"{\\"odd\\":true}","name":"Old Groceries","type":"Crypto Vault","balance_dollars":0,"balance_text":"$0.00",\
        "balance_error":null}]}
        """)
    let request = try #require(world.transport.requests.first)
    #expect(request.url == "https://api.getsequence.io/accounts")
    #expect(try request.headerLines().first == "x-sequence-access-token: Bearer not-a-real-token-1")
    #expect(world.bodies == ["{}"])
  }

  @Test(arguments: [
    (#"{"type":"pod"}"#, ["Groceries"]), (#"{"type":"INCOME SOURCE"}"#, ["Salary"]), (#"{"type":"Nothing"}"#, []),
    (#"{"name_contains":"grocer"}"#, ["Groceries", "Old Groceries"]), (#"{"name_contains":"zzz"}"#, []),
    (#"{"type":"Crypto Vault","name_contains":"OLD"}"#, ["Old Groceries"]),
    (#"{"type":"","name_contains":""}"#, ["Groceries", "Salary", "Old Groceries"]),
  ])
  func `filters narrow the list`(_ arguments: String, _ names: [String]) throws {
    let result = try World("version: 1", [.accounts(Self.three)]).result("get_accounts", arguments)
    let accounts = try #require(result.structuredContent?["accounts"]?.arrayValue)
    #expect(accounts.compactMap { $0["name"]?.stringValue } == names)
    #expect(result.structuredContent?["total_accounts"] == JSONValue(names.count))
  }

  @Test func `a number of more digits than any balance has does not come through`() throws {
    let digits = String(repeating: "7", count: 9000)
    let number = JSONValue.number(try #require(JSONNumber(digits)))
    let text = try World(
      "version: 1", [.accounts([["id": number, "name": "A", "type": "Pod", "balance": ["amountInDollars": number]]])]
    ).answer("get_accounts")
    #expect(
      text.utf8.count < 1000 && text.contains(#""balance_dollars":null"#) && text.contains("is too large to show"))
  }

  private static func many(_ count: Int) -> FakeTransport.Reply {
    .accounts(
      .array(
        (0..<count).map { number in
          ["id": JSONValue(number), "name": "Account", "type": "Pod", "balance": ["amountInDollars": 5]]
        }))
  }

  @Test(arguments: [(40, 40, nil), (100, 100, "long"), (3000, 250, "Only the first 250 of 3000")])
  func `a long list says so first, and a very long one is cut`(_ count: Int, _ shown: Int, _ note: String?) throws {
    let world = try World("version: 1", [Self.many(count), Self.many(count)])
    let content = try #require(try world.result("get_accounts").structuredContent)
    #expect(content["accounts"]?.arrayValue?.count == shown && content["total_accounts"] == JSONValue(count))
    #expect(content["note"]?.stringValue?.contains(note ?? "") == note.map { _ in true })
    let text = try world.answer("get_accounts")
    #expect(text.utf8.count < 64 << 10)
    if note != nil { #expect(text.hasPrefix(#"{"total_accounts":\#(count),"note":"#)) }
  }

  @Test func `a balance that no account has is reported as unknown`() throws {
    let world = try World(
      "version: 1",
      [
        .accounts([
          ["id": "a", "name": "A", "type": "Pod", "balance": ["amountInDollars": .number(JSONNumber("1e300")!)]]
        ])
      ])
    let text = try world.answer("get_accounts")
    #expect(text.contains(#""balance_dollars":null,"balance_text":null"#) && text.contains("is too large to show"))
  }

  @Test func `errors of Sequence are passed on`() throws {
    let world = try World("version: 1", [.accounts([], errors: ["Chase is down", ["code": 7]])])
    #expect(
      try world.answer("get_accounts")
        == #"{"total_accounts":0,"accounts":[],"errors":["Chase is down","{\"code\":7}"]}"#)
  }

  @Test func `long errors make the list long`() throws {
    let errors = (1...50).map { JSONValue.string("\($0) " + String(repeating: "e", count: 180)) }
    let content = try #require(
      try World("version: 1", [.accounts([], errors: .array(errors))]).result("get_accounts").structuredContent)
    #expect(content["note"]?.stringValue?.contains("so the client may cut it") == true)
  }

  @Test func `hidden characters reach neither channel`() throws {
    let world = try World(
      "version: 1",
      [.accounts([["id": "a\u{202E}1", "name": "Sav\u{200B}ings\n\u{1B}[31m", "type": "Pod", "balance": nil]])])
    let result = try world.result("get_accounts", #"{"name_contains":"savings"}"#)
    #expect(JSONWriter.text(.object(try #require(result.structuredContent))) == result.text)
    #expect(
      result.text == """
        {"total_accounts":1,"accounts":[{"id":"a1","name":"Savings [31m","type":"Pod","balance_dollars":null,\
        "balance_text":null,"balance_error":null}]}
        """)
  }

  @Test func `long texts are cut`() throws {
    let world = try World(
      "version: 1",
      [
        .accounts([
          [
            "id": ["x": .string(String(repeating: "y", count: 9999))],
            "name": .string(String(repeating: "n", count: 9999)),
          ]
        ])
      ])
    let result = try world.result("get_accounts")
    #expect(result.structuredContent?["accounts"]?[0]?["name"]?.stringValue?.count == 200)
    #expect(result.text.utf8.count < 600)
    _ = try JSONParser.parse(result.text)
  }

  @Test func `the text is the structure if nothing is hidden`() throws {
    let result = try World("version: 1", [.accounts([["id": "a1", "name": "Pod é 🦊"]])]).result("get_accounts")
    #expect(result.text == JSONWriter.text(.object(try #require(result.structuredContent))))
  }

  @Test func `a missing token says which variable`() throws {
    let world = try World("version: 1", environment: [:])
    let result = try world.result("get_accounts")
    try world.expectConforming(result, "get_accounts")
    #expect(result.isError)
    #expect(result.code == "SECRET_UNAVAILABLE")
    #expect(result.status == nil)
    #expect(
      result.structuredContent?["message"]?.stringValue?.contains("'SEQUENCE_ACCESS_TOKEN' is not set") == true)
    #expect(world.transport.requests.isEmpty)
  }

  @Test(arguments: [
    (401, #"{"code":"INVALID_ACCESS_TOKEN","message":"bad token"}"#, "INVALID_ACCESS_TOKEN"),
    (404, "<html>", "HTTP_ERROR"), (200, "", "HTTP_ERROR"), (200, #"{"data":{}}"#, "HTTP_ERROR"),
  ])
  func `a failure keeps the status`(_ status: Int, _ body: String, _ code: String) throws {
    let world = try World("version: 1", [.json(status, body)])
    let result = try world.result("get_accounts")
    try world.expectConforming(result, "get_accounts")
    #expect(result.code == code)
    #expect(result.structuredContent?["status_code"] == JSONValue(status))
    #expect(result.structuredContent?["status"] == nil)
  }

  @Test(arguments: [#"{"typ":"Pod"}"#, #"{"type":7}"#, #"{"idempotency_key":"a"}"#])
  func `wrong arguments are refused before anything is sent`(_ arguments: String) throws {
    let world = try World("version: 1")
    let result = try world.result("get_accounts", arguments)
    try world.expectConforming(result, "get_accounts")
    #expect(result.code == "INVALID_ARGUMENTS")
    #expect(world.transport.requests.isEmpty)
  }
}
