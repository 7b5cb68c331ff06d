import JSON
import Testing

@testable import Sandbox

@Suite struct SandboxAmountTests {
  @Test(arguments: [
    (#"{"amountInCents":5000}"#, 5000), (#"{"amountInCents":"5000"}"#, 5000), (#"{"amount":50}"#, 5000),
    (#"{"amount":50.5}"#, 5050), (#"{"amount":"50.05"}"#, 5005), (#"{"amountInCents":1,"amount":50}"#, 1),
    (#"{}"#, nil), (#"{"amount":0}"#, nil), (#"{"amount":-5}"#, nil), (#"{"amount":1.005}"#, nil),
    (#"{"amount":5e1}"#, nil), (#"{"amount":"many"}"#, nil), (#"{"amount":"."}"#, nil), (#"{"amount":[1]}"#, nil),
    (#"{"amountInCents":1.5}"#, nil), (#"{"amount":92233720368547759}"#, nil),
    (#"{"amountInCents":99999999999999999999}"#, nil),
  ])
  func `an amount is found or not`(body: String, cents: Int?) throws {
    #expect(SandboxAmount.cents(in: try JSONParser.parse(body)) == cents)
  }

  @Test(arguments: [
    (0, "0"), (12_500_00, "12500"), (640_20, "640.2"), (25_342_77, "25342.77"), (5, "0.05"), (-5, "-0.05"),
    (-640_20, "-640.2"),
  ])
  func `balances are written in exact digits`(cents: Int, text: String) {
    #expect(SandboxAccount.dollars(cents: cents).text == text)
  }
}
