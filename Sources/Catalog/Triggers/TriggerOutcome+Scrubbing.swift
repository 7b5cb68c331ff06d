import Secrets
import SequenceAPI

extension TriggerOutcome {
  /// The outcome without the secret that the caller passed for this one call, which Sequence may echo. Stored secrets are
  /// taken out where anything leaves the process.
  func scrubbed(of source: TriggerPlan.SecretSource) -> TriggerOutcome {
    guard case .passed(let secret) = source else { return self }
    let scrubber = SecretScrubber(of: secret)
    switch self {
    case .accepted(let acceptance):
      return .accepted(
        Acceptance(
          statusCode: acceptance.statusCode, code: acceptance.code.map(scrubber.scrub),
          message: scrubber.scrub(acceptance.message), requestID: acceptance.requestID.map(scrubber.scrub)))
    case .rejected(let error): return .rejected(error.scrubbed(by: scrubber))
    case .unknown(let error): return .unknown(error.scrubbed(by: scrubber))
    }
  }
}

extension SequenceAPIError {
  fileprivate func scrubbed(by scrubber: SecretScrubber) -> SequenceAPIError {
    SequenceAPIError(
      code: scrubber.scrub(code), message: scrubber.scrub(message), statusCode: statusCode,
      hint: scrubber.scrub(hint), isRetryable: isRetryable)
  }
}
