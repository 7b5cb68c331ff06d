import Platform
import Testing

@Suite struct HTTPDateTests {
  @Test(arguments: [
    ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777), ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
    ("Tue, 29 Feb 2028 23:59:59 GMT", 1_835_481_599), ("Sun, 22 Nov 2026 16:13:33 GMT", 1_795_364_013),
  ])
  func `a date is read and written`(text: String, seconds: Int64) {
    #expect(HTTPDate.parse(text) == seconds * 1000)
    #expect(HTTPDate.text(milliseconds: seconds * 1000) == text)
  }

  @Test(arguments: [
    "", "120", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994", "Sun, 06 Nov 1994 08:49:37 UTC",
    "Sun, 06 Nov 1994 24:49:37 GMT", "Sun, 00 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:4x:37 GMT",
    "Sun, 06 nov 1994 08:49:37 GMT",
  ])
  func `other text is not a date`(text: String) {
    #expect(HTTPDate.parse(text) == nil)
  }
}
