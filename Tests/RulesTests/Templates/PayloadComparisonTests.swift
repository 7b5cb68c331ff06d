import JSON
import Testing

@testable import Rules

@Suite struct PayloadComparisonTests {
  private static let uuid = "2eb8aa08-aa98-41ea-b4aa-73b441d16380"

  @Test(arguments: [
    (#"{"a":1,"b":[2]}"#, #"{"b":[2.0],"a":1e0}"#), (#"{"t":"$now"}"#, #"{"t":"2026-11-22T15:56:12.034Z"}"#),
    (#"{"t":"on $today, id $uuid!"}"#, #"{"t":"on 2026-11-22, id \#(uuid)!"}"#), (#""$now""#, #""$now""#),
    (#""costs $5""#, #""costs $5""#), ("null", "null"),
  ])
  func `payloads match`(_ expected: String, _ actual: String) {
    #expect(PayloadComparison.firstDifference(expected: json(expected), actual: json(actual)) == nil)
  }

  @Test(arguments: [
    (#"{"a":1}"#, #"{"a":2}"#, "/a"), (#"{"a":{"b/c":[1,2]}}"#, #"{"a":{"b/c":[1,3]}}"#, "/a/b~1c/1"),
    (#"{"a":1}"#, "{}", "/a"), ("{}", #"{"x":1}"#, "/x"), ("[1]", "[1,2]", "/1"), ("[1,2]", "[1]", "/1"),
    (#"{"a":"1"}"#, #"{"a":1}"#, "/a"), (#"{"t":"$now"}"#, #"{"t":"2026-11-22"}"#, "/t"),
    (#"{"t":"$today"}"#, #"{"t":"2026-02-30"}"#, "/t"), (#"{"t":"$uuid"}"#, #"{"t":"\#(uuid)x"}"#, "/t"),
    (#""e\u0301""#, #""\u00e9""#, ""), (#"{"a":true}"#, #"{"a":false}"#, "/a"),
  ])
  func `the first difference is pointed at`(_ expected: String, _ actual: String, _ pointer: String) {
    let difference = PayloadComparison.firstDifference(expected: json(expected), actual: json(actual))
    #expect(difference?.pointer.description == pointer)
  }
}
