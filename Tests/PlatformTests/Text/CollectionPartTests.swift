import Platform
import Testing

struct CollectionPartTests {
  @Test(arguments: [
    ("Vacation pod", "pod"), ("pod", "pod"), ("pod", ""), ("", ""), ("ppod", "pod"), ("caf\u{E9}", "e\u{301}"),
  ])
  func `a text holds its parts`(_ text: String, _ part: String) {
    #expect(text.contains(part: part))
  }

  @Test(arguments: [("Vacation pod", "Pod"), ("po", "pod"), ("", "p"), ("caf\u{E9}", "e")])
  func `anything else is not a part`(_ text: String, _ part: String) {
    #expect(!text.contains(part: part))
  }

  @Test func `parts of bytes are found`() {
    #expect([UInt8]("jsonrpc".utf8).contains(part: Array("rpc".utf8)))
    #expect(![UInt8]("caf\u{E9}".utf8).contains(part: Array("e\u{301}".utf8)))
  }
}
