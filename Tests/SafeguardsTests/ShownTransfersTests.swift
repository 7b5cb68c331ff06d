import Rules
import Safeguards
import Testing

@Suite struct ShownTransfersTests {
  @Test(arguments: [
    ("Taxes", "Taxes"),
    ("Miete 2027", "Miete 2027"),
    ("Loyer-été", "Loyer-été"),
    ("(outside)", "(outside)"),
    ("", #""""#),
    ("🏠 Rent", #""🏠 Rent""#),
    ("Rent <!--", #""Rent \u003c!--""#),
    ("**only** [a](b)", #""\u002a\u002aonly\u002a\u002a \u005ba](b)""#),
    ("Savings $50.00 (the rest is a fee)", #""Savings $50.00 (the rest is a fee)""#),
    ("A -> B $1.00", #""A -> B $1.00""#),
    ("&#x202e;x", #""\u0026#x202e;x""#),
  ])
  func `a name that could change how its line reads is quoted and escaped`(name: String, shown: String) {
    let amount = Money(cents: 10_100)
    #expect(ShownTransfers.Line(from: "Checking", to: name, amount: amount).text == "Checking -> \(shown) $101.00")
    #expect(ShownTransfers.Line(from: name, to: "Taxes", amount: nil).text == "\(shown) -> Taxes (amount not known)")
  }
}
