import Rules
import Secrets
import SequenceAPI
import TestSupport
import Testing

@Suite struct RateLimiterTests {
  private let clock = ManualClock(SequenceClient.scriptedStart)
  private let key = SequenceClient.sampleSecret

  @Test func `a hundred go at once, and then one every 600 milliseconds`() {
    let limiter = RateLimiter(clock: clock)
    for _ in 0..<100 { #expect(limiter.take(for: key) == nil) }
    #expect(limiter.take(for: key) == 600)
    clock.advance(milliseconds: 599)
    #expect(limiter.take(for: key) == 1)
    clock.advance(milliseconds: 1)
    #expect(limiter.take(for: key) == nil)
    #expect(limiter.take(for: key) == 600)
  }

  @Test func `an idle bucket holds no more than a hundred`() {
    let limiter = RateLimiter(clock: clock)
    clock.advance(milliseconds: 1_000_000_000)
    #expect((0..<150).filter { _ in limiter.take(for: key) == nil }.count == 100)
  }

  @Test func `looking takes nothing`() {
    let limiter = RateLimiter(clock: clock)
    for _ in 0..<200 { #expect(limiter.waitMilliseconds(for: key) == nil) }
    for _ in 0..<100 { #expect(limiter.take(for: key) == nil) }
    #expect(limiter.waitMilliseconds(for: key) == 600)
  }

  @Test func `keys have buckets of their own`() {
    let limiter = RateLimiter(clock: clock)
    while limiter.take(for: key) == nil {}
    for number in 0..<300 { #expect(limiter.take(for: Secret("other-\(number)")) == nil) }
    #expect(limiter.take(for: key) == 600)
  }

  @Test func `the reserve is left for others`() {
    let limiter = RateLimiter(clock: clock)
    #expect((0..<150).filter { _ in limiter.take(for: key, leaving: 20) == nil }.count == 80)
    #expect((0..<150).filter { _ in limiter.take(for: key) == nil }.count == 20)
  }

  @Test func `an empty bucket is an error that says when`() throws {
    let limiter = RateLimiter(clock: clock)
    while limiter.take(for: key) == nil {}
    let transport = FakeTransport([.accepted])
    let client = try SequenceClient.scripted(transport, clock: clock, limiter: limiter)
    for error in [try client.triggerSample().error, client.rateLimitRefusal(key, .remote)] {
      #expect(error?.code == "TOO_MANY_REQUESTS")
      #expect(error?.statusCode == nil)
      #expect(error?.message.hasSuffix("nothing was sent, try again in 1 s") == true)
    }
    #expect(try client.triggerSample().word == "rejected")
    #expect(transport.requests.isEmpty)
  }

  @Test func `a call that is stopped takes no token`() throws {
    let limiter = RateLimiter(clock: clock)
    let client = try SequenceClient.scripted(FakeTransport([]), clock: clock, limiter: limiter)
    for _ in 0..<100 { _ = try client.triggerSample(stop: { .cancelled }) }
    for _ in 0..<100 { #expect(limiter.take(for: key) == nil) }
  }

  @Test func `loopback is exempt`() throws {
    let limiter = RateLimiter(clock: clock)
    while limiter.take(for: key) == nil {}
    let transport = FakeTransport([.accepted])
    let client = try SequenceClient.scripted(transport, clock: clock, limiter: limiter, baseURL: "http://127.0.0.1:1")
    #expect(client.rateLimitRefusal(key, .remote) == nil)
    #expect(try client.triggerSample().word == "accepted")
  }
}
