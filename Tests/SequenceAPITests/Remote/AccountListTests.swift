import JSON
import Secrets
import SequenceAPI
import TestSupport
import Testing

@Suite struct AccountListTests {
  private func list(_ body: String) throws -> AccountList {
    try SequenceClient.scripted(FakeTransport([.json(200, body)])).accounts(accessToken: Secret("not-a-real-secret-2"))
  }

  @Test(arguments: [
    (
      #"{"id":"a","name":"N","type":"Pod","balance":{"amountInDollars":25342.770,"error":null}}"#,
      #"["a","N","Pod",25342.770,null]"#
    ),
    (
      #"{"id":"a","name":"N","type":"Hedge Fund","balance":{"amountInDollars":null,"error":"bank is down"}}"#,
      #"["a","N","Hedge Fund",null,"bank is down"]"#
    ),
    (#"{"id":7,"name":null,"type":"Pod","balance":{"amountInDollars":-0.10}}"#, #"[7,null,"Pod",-0.10,null]"#),
    (#"{"id":null,"name":"N","type":"Pod","balance":{}}"#, #"[null,"N","Pod",null,null]"#),
    (#"{"id":"a","name":"N","type":"Pod"}"#, #"["a","N","Pod",null,null]"#),
    (#"{"id":"a","name":"N","type":"Pod","balance":null}"#, #"["a","N","Pod",null,null]"#),
    (#"{"id":"a","name":"N","type":"Pod","balance":{"amountInDollars":"12.50"}}"#, #"["a","N","Pod",12.50,null]"#),
    (
      #"{"id":"a","name":"N","type":"Pod","balance":{"amountInDollars":"lots"}}"#,
      #"["a","N","Pod",null,"the balance is not a number: lots"]"#
    ),
    (#"{"id":"a","name":"N","type":"Pod","balance":12.5}"#, #"["a","N","Pod",12.5,null]"#),
    (
      #"{"id":"a","name":"N","type":"Pod","balance":{"amountInDollars":1e999999,"error":{"x":1}}}"#,
      #"["a","N","Pod",null,"{\"x\":1}"]"#
    ),
    (
      #"{"id":"a","name":"N","type":"Pod","balance":{"amountInDollars":-1e400}}"#,
      #"["a","N","Pod",null,"the balance is too large to show: -1e400"]"#
    ),
    (
      #"{"id":"a","name":"N","type":"Pod","balance":{"amountInDollars":"1e309"}}"#,
      #"["a","N","Pod",null,"the balance is too large to show: 1e309"]"#
    ),
    (
      #"{"id":"a","name":"Pizza \ud83d","type":"Pod","balance":12.5}"#, "[\"a\",\"Pizza \u{FFFD}\",\"Pod\",12.5,null]"
    ),
    (#"{}"#, "[null,null,null,null,null]"),
  ])
  func `an odd account is data`(account: String, row: String) throws {
    let account = try #require(try list(#"{"data":{"accounts":["# + account + "]}}").accounts.first)
    let values = [account.id, account.name, account.type, account.balanceDollars, account.balanceError]
    #expect(JSONWriter.text(.array(values)) == row)
  }

  @Test func `errors are passed on`() throws {
    let body = #"{"data":{"accounts":[5,{"id":"a"}],"errors":["bank A is down",{"code":1}]}}"#
    let list = try list(body)
    #expect(list.accounts.count == 1)
    #expect(
      list.errors == ["bank A is down", #"{"code":1}"#, "entry 1 of the accounts is not an object and was left out"])
  }

  @Test(arguments: [
    (#"{}"#, "its 'data' is missing"), (#"{"data":[]}"#, "its 'data' is of type array"),
    (#"{"data":{}}"#, "its 'data.accounts' is missing"),
    (#"{"data":{"accounts":{}}}"#, "its 'data.accounts' is of type object"),
    (#"{"message":"maintenance"}"#, "its 'data' is missing (it says: maintenance)"),
  ])
  func `an answer without a list is an error`(body: String, fault: String) {
    let error = #expect(throws: SequenceAPIError.self) { try list(body) }
    #expect(error?.code == "HTTP_ERROR")
    #expect(error?.message == "the answer with status 200 is not as expected: \(fault)")
  }

  @Test(
    arguments: [#""code":"FAILED""#, #""errors":["x"]"#, #""error":"x""#, #""ok":false"#, #""status":"failed""#])
  func `an answer that reports a failure is not an empty list`(member: String) throws {
    let body = #"{\#(member),"message":"no","data":{"accounts":[]}}"#
    let error = #expect(throws: SequenceAPIError.self) {
      try list(body)
    }
    #expect(error?.message.contains("it reports a failure (it says: no)") == true)
  }

  @Test(arguments: [#""code":"OK","#, #""code":null,"#, #""errors":[],"#, ""])
  func `an answer without success: false is not a failure`(members: String) throws {
    let body = #"{\#(members)"data":{"accounts":[],"errors":["bank A is down"]}}"#
    let list = try list(body)
    #expect(list.accounts.isEmpty && list.errors == ["bank A is down"])
  }
}
