import Platform
import Testing

@Suite struct PercentEncodingTests {
  @Test(
    arguments: [
      ("aZ09-._~", "", "aZ09-._~"), ("a/b c", "", "a%2Fb%20c"), ("a/b c", "/", "a/b%20c"), ("é%", "", "%C3%A9%25"),
      ("\u{0}\u{7F}", "", "%00%7F"), ("", "", ""),
    ])
  func `what is not unreserved is percent-encoded`(text: String, kept: String, encoded: String) {
    #expect(PercentEncoding.encode(text, keeping: kept) == encoded)
  }
}
