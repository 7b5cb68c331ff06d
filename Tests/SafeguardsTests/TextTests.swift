import Config
import Rules
import Testing

@testable import Safeguards

struct TextTests {
  @Test(
    arguments: [
      (0, "0 s"), (1, "1 s"), (119_000, "119 s"), (119_001, "2 min"), (600_000, "10 min"), (3_600_000, "1 h"),
      (3_600_001, "1 h 1 min"), (11_520_000, "3 h 12 min"), (172_800_000, "2 d"), (187_200_000, "2 d 4 h"),
    ] as [(Int64, String)])
  func lengthsOfTimeAreRoundedUp(milliseconds: Int64, text: String) {
    #expect(DurationText.rough(milliseconds) == text)
  }

  @Test(
    arguments: [
      (ConfirmationPolicy.When.client, nil, false), (.never, 5000, false), (.always, nil, true),
      (.above(Money(cents: 5000)), 5000, false), (.above(Money(cents: 5000)), 5001, true),
      (.above(Money(cents: 5000)), nil, true),
    ] as [(ConfirmationPolicy.When, Int64?, Bool)])
  func thePersonIsAskedAsThePolicySays(when: ConfirmationPolicy.When, cents: Int64?, asks: Bool) {
    var policy = ConfirmationPolicy()
    policy.when = when
    #expect(policy.asksPerson(amount: cents.map { Money(cents: $0) }) == asks)
  }
}
