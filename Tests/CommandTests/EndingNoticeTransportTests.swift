import JSON
import Platform
import Rules
import Secrets
import SequenceAPI
import Synchronization
import Testing

@testable import sequence_mcp

/// When Ctrl-C in `call` says that the rule may have run.
struct EndingNoticeTransportTests {
  /// Answers each request with the next of its endings.
  private final class Script: HTTPTransport {
    private let endings: Mutex<[Result<Int, HTTPTransportError>]>

    init(_ endings: [Result<Int, HTTPTransportError>]) { self.endings = Mutex(endings) }

    private func next() -> Result<Int, HTTPTransportError> { endings.withLock { $0.removeFirst() } }

    func perform(
      _ request: HTTPRequest, isCancelled: @escaping @Sendable () -> Bool
    ) throws(HTTPTransportError) -> HTTPResponse {
      HTTPResponse(statusCode: try next().get(), body: [])
    }
  }

  private static let unsent = HTTPTransportError(.connectionFailed, "refused", mayHaveBeenSent: false)
  private static let lost = HTTPTransportError(.connectionLost, "lost", mayHaveBeenSent: true)

  private func request(runsRule: Bool) throws -> HTTPRequest {
    let request = APIRequest(
      .platform, .post, try ServiceURL("https://api.getsequence.io"), path: "/x", credentialHeader: "authorization",
      idempotencyKey: "k", body: runsRule ? [:] : ["simulation": true], version: "1")
    return HTTPRequest(request, Secret("not-a-real-secret-1"), timeoutMilliseconds: 1000)
  }

  /// Returns what the watch did: armed or not, in order.
  private func armed(
    _ request: HTTPRequest, _ endings: [Result<Int, HTTPTransportError>]
  ) -> [Bool] {
    let steps = Recorder()
    let watch = EndingNoticeTransport(transport: Script(endings), arm: { steps.add($0) })
    for _ in endings { _ = try? watch.perform(request, isCancelled: { false }) }
    return steps.all
  }

  private final class Recorder: Sendable {
    private let steps = Mutex<[Bool]>([])
    func add(_ step: Bool) { steps.withLock { $0.append(step) } }
    var all: [Bool] { steps.withLock { $0 } }
  }

  @Test func `a trigger is in doubt until its answer, or until it is sure that nothing was sent`() throws {
    let trigger = try request(runsRule: true)
    #expect(armed(trigger, [.success(200)]) == [true, false])
    #expect(armed(trigger, [.failure(Self.unsent)]) == [true, false])
    #expect(armed(trigger, [.failure(Self.lost)]) == [true])
    #expect(armed(trigger, [.success(502), .failure(Self.unsent)]) == [true, true])
    #expect(armed(trigger, [.failure(Self.lost), .failure(Self.unsent)]) == [true, true])
    #expect(armed(trigger, [.failure(Self.lost), .success(200)]) == [true, true, false])
  }

  @Test func `a request that only reads or simulates is never in doubt`() throws {
    #expect(armed(try request(runsRule: false), [.success(200), .failure(Self.lost), .success(502)]) == [])
  }
}
