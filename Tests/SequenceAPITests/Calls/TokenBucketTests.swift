import SequenceAPI
import Testing

@Suite struct TokenBucketTests {
  @Test func hundredGoAtOnceAndThenOneEverySixHundredMilliseconds() {
    let clock = FakeClock()
    let bucket = TokenBucket(clock: clock)
    for _ in 0..<100 { #expect(bucket.take() == nil) }
    #expect(bucket.take() == 600)
    clock.advance(599)
    #expect(bucket.take() == 1)
    clock.advance(1)
    #expect(bucket.take() == nil)
    #expect(bucket.take() == 600)
  }

  @Test func idleBucketHoldsNoMoreThanAHundred() {
    let clock = FakeClock()
    let bucket = TokenBucket(clock: clock)
    clock.advance(1_000_000_000)
    #expect((0..<150).filter { _ in bucket.take() == nil }.count == 100)
  }

  @Test func emptyBucketIsAnErrorThatSaysWhen() throws {
    let clock = FakeClock()
    let bucket = TokenBucket(clock: clock)
    while bucket.take() == nil {}
    let transport = FakeTransport([.accepted])
    let outcome = try SequenceClient.scripted(transport, clock: clock, bucket: bucket).triggerSample()
    #expect(outcome.word == "rejected")
    #expect(outcome.error?.code == "TOO_MANY_REQUESTS")
    #expect(outcome.error?.statusCode == nil)
    #expect(outcome.error?.message.hasSuffix("nothing was sent, try again in 1 s") == true)
    #expect(transport.requests.isEmpty)
  }

  @Test func loopbackIsExempt() throws {
    let clock = FakeClock()
    let bucket = TokenBucket(clock: clock)
    while bucket.take() == nil {}
    let transport = FakeTransport([.accepted])
    let client = try SequenceClient.scripted(transport, clock: clock, bucket: bucket, baseURL: "http://127.0.0.1:1")
    #expect(client.triggerSample().word == "accepted")
  }
}
