import Testing

@testable import Rules

@Suite struct StringFormatTests {
  @Test(
    arguments: [
      (.date, "2026-11-22", true), (.date, "2024-02-29", true), (.date, "2026-02-29", false),
      (.date, "1900-02-29", false),
      (.date, "2000-02-29", true), (.date, "2026-13-01", false), (.date, "2026-1-1", false),
      (.date, "2026-11-00", false),
      (.date, "2026-11-31", false), (.date, "２０２６-11-22", false), (.date, "", false),
      (.dateTime, "2026-11-22T15:56:12Z", true), (.dateTime, "2026-11-22t15:56:12.034z", true),
      (.dateTime, "2026-11-22T15:56:12+05:30", true), (.dateTime, "2026-11-22T15:56:12", false),
      (.dateTime, "2026-11-22T24:00:00Z", false), (.dateTime, "2026-11-22T15:56:12.Z", false),
      (.dateTime, "2026-11-22 15:56:12Z", false), (.dateTime, "1998-12-31T23:59:60Z", true),
      (.dateTime, "1998-12-31T15:59:60-08:00", true), (.dateTime, "1998-12-31T22:59:60Z", false),
      (.dateTime, "2026-11-22T15:56:61Z", false), (.dateTime, "2026-11-22T15:56:12+24:00", false),
      (.email, "ann@example.com", true), (.email, "a.b+c@x-y.example", true), (.email, "~t!@example.com", true),
      (.email, "\"a b\"@example.com", true), (.email, "a@[127.0.0.1]", true), (.email, "ann", false),
      (.email, ".a@example.com", false), (.email, "a..b@example.com", false), (.email, "a@-x.com", false),
      (.email, "a@x..com", false), (.email, "@example.com", false), (.email, "a@", false), (.email, "a b@x.com", false),
      (.uuid, "2eb8aa08-aa98-11ea-b4aa-73b441d16380", true), (.uuid, "2EB8AA08-AA98-11EA-B4AA-73B441D16380", true),
      (.uuid, "2eb8aa08aa9811eab4aa73b441d16380", false), (.uuid, "2eb8aa08-aa98-11ea-b4aa-73b441d1638g", false),
      (.uuid, "", false),
    ] as [(StringFormat, String, Bool)])
  func `the whole text has the form`(_ format: StringFormat, _ text: String, _ isMatch: Bool) {
    #expect(format.matches(text) == isMatch)
  }
}
