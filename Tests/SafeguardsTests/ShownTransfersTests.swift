import JSON
import Rules
import Testing

@testable import Safeguards

@Suite struct ShownTransfersTests {
  private static func pod(_ name: String?, _ id: String? = nil, isOutside: Bool = false) -> ShownTransfers.Party {
    .account(named: name, id: id, isOutside: isOutside)
  }

  private static func shown(
    from: ShownTransfers.Party = pod("Checking", "c"), to: ShownTransfers.Party, cents: Int64? = 10_100
  ) -> ShownTransfers {
    ShownTransfers([ShownTransfers.Line(from: from, to: to, amount: cents.map { Money(cents: $0) })])
  }

  @Test(arguments: [
    ("Taxes", "Taxes"),
    ("Miete 2027", "Miete 2027"),
    ("Loyer-été", "Loyer-été"),
    ("(outside)", #""(outside)""#),
    ("(not readable)", #""(not readable)""#),
    ("Taxes (outside account)", #""Taxes (outside account)""#),
    ("(account a1)", #""(account a1)""#),
    ("", #""""#),
    ("🏠 Rent", #""🏠 Rent""#),
    ("Rent <!--", #""Rent \u003c!--""#),
    ("**only** [a](b)", #""\u002a\u002aonly\u002a\u002a \u005ba](b)""#),
    ("Savings $50.00 (the rest is a fee)", #""Savings $50.00 (the rest is a fee)""#),
    ("A -> B $1.00", #""A -> B $1.00""#),
    ("&#x202e;x", #""\u0026#x202e;x""#),
  ])
  func `a name that could change how its line reads is quoted and escaped`(name: String, shown: String) {
    let lines =
      Self.shown(to: Self.pod(name, "t")).lines
      + Self.shown(from: Self.pod(name, "t"), to: Self.pod("Taxes", "x"), cents: nil).lines
    #expect(lines.map(\.text) == ["Checking -> \(shown) $101.00", "\(shown) -> Taxes (amount not known)"])
  }

  @Test(arguments: [
    (pod("Taxes", "t"), "Taxes"), (pod("Taxes", "t", isOutside: true), "Taxes (outside account)"),
    (pod(nil, "ext9", isOutside: true), "(outside account ext9)"), (pod(nil, "e-9"), "(account e-9)"),
    (pod(nil, "e)9"), #"(account "e)9")"#), (pod(nil), "(outside)"), (.untracked, "(outside)"),
    (.unreadable, "(not readable)"),
  ])
  func `a line tells where the money goes`(party: ShownTransfers.Party, text: String) throws {
    let shown = Self.shown(to: party)
    #expect(shown.lines.map(\.text) == ["Checking -> \(text) $101.00"])
    let recorded = try #require(ShownTransfers(shown.json))
    #expect(recorded == shown && recorded.covers(shown) && shown.covers(recorded))
  }

  @Test func `a yes covers an account, not others of its name`() throws {
    let taxes = Self.shown(to: Self.pod("Taxes", "t"))
    for other in [Self.pod("Taxes", "u"), Self.pod("Taxes"), Self.pod("t"), .untracked] {
      #expect(!taxes.covers(Self.shown(to: other)))
      #expect(try !#require(ShownTransfers(taxes.json)).covers(Self.shown(to: other), orFewer: true))
    }
    #expect(!Self.shown(to: Self.pod("Taxes")).covers(Self.shown(to: Self.pod("Taxes", isOutside: true))))
    let renamed = Self.shown(to: Self.pod("Tax", "t"), cents: 10_000)
    #expect(taxes.covers(renamed) && !renamed.covers(taxes))
  }
}
