import Testing

@testable import JSON

/// RFC 6901.
@Suite struct JSONPointerTests {
  @Test(arguments: [
    ([], ""), (["a"], "/a"), (["a", "0", "b"], "/a/0/b"), ([""], "/"), (["a/b"], "/a~1b"), (["m~n"], "/m~0n"),
    (["~1"], "/~01"), ([" "], "/ "), (["é"], "/é"),
  ])
  func `a pointer is written with its escapes`(tokens: [String], text: String) {
    #expect(JSONPointer(tokens: tokens).description == text)
  }

  @Test func `appending goes one level down`() {
    #expect(JSONPointer().appending("payload").appending("items").appending("0").description == "/payload/items/0")
  }
}
