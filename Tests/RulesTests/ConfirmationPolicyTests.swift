import Rules
import Testing

struct ConfirmationPolicyTests {
  @Test(
    arguments: [
      (ConfirmationPolicy.When.client, nil, false), (.never, 5000, false), (.always, nil, true),
      (.above(Money(cents: 5000)), 5000, false), (.above(Money(cents: 5000)), 5001, true),
      (.above(Money(cents: 5000)), nil, true),
    ] as [(ConfirmationPolicy.When, Int64?, Bool)])
  func `the person is asked as the policy says`(when: ConfirmationPolicy.When, cents: Int64?, asks: Bool) {
    var policy = ConfirmationPolicy()
    policy.when = when
    #expect(policy.asksPerson(amount: cents.map { Money(cents: $0) }) == asks)
  }
}
