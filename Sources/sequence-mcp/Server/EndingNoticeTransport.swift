import JSON
import Platform
import SequenceAPI
import Synchronization

/// A transport that has a text shown if a signal ends this process while it is not known whether a trigger ran.
final class EndingNoticeTransport: HTTPTransport {
  private let transport: any HTTPTransport
  private let arm: @Sendable (Bool) -> Void
  /// Whether an earlier request may have run a rule.
  private let isInDoubt = Atomic<Bool>(false)

  /// - Parameter arm: `true` arms the notice, `false` disarms it.
  init(transport: any HTTPTransport, arm: @escaping @Sendable (Bool) -> Void) {
    self.transport = transport
    self.arm = arm
  }

  func perform(
    _ request: HTTPRequest, isCancelled: @escaping @Sendable () -> Bool
  ) throws(HTTPTransportError) -> HTTPResponse {
    guard request.runsRule else { return try transport.perform(request, isCancelled: isCancelled) }
    arm(true)
    do throws(HTTPTransportError) {
      let response = try transport.perform(request, isCancelled: isCancelled)
      // After other answers the request is sent again.
      settle(isInDoubt: response.statusCode >= 500)
      return response
    } catch {
      settle(isInDoubt: error.mayHaveBeenSent || isInDoubt.load(ordering: .relaxed))
      throw error
    }
  }

  private func settle(isInDoubt doubt: Bool) {
    isInDoubt.store(doubt, ordering: .relaxed)
    if !doubt { arm(false) }
  }
}
