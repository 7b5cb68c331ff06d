import JSON
import Rules
import Secrets

/// A rule's secret as a caller passes it to `trigger_rule`. It serves its one call and is kept nowhere: the caller chose it, so
/// it must not decide what anything but the answer to that call looks like. Its faults never quote it.
struct PassedSecret {
  static let argumentName = "api_secret"
  /// In bytes; a shorter one could not be taken out of what Sequence answers.
  static let minLength = SecretScrubber.minLength
  /// In bytes. Sequence's secrets have some forty; every answer is searched for the whole text.
  static let maxLength = 512

  /// nil if none was passed, or what was passed cannot be one.
  let secret: Secret?
  let faults: [ArgumentFault]
  /// Knows what was passed, usable or not, unless it is too short or too long to be a secret.
  private let scrubber: SecretScrubber?

  /// - Parameter isTaken: whether the owner lets callers pass secrets.
  init(_ value: JSONValue?, isTaken: Bool) {
    let text = value?.stringValue.flatMap { PassedSecret.lengths ~= $0.utf8.count ? $0 : nil }
    scrubber = text.map { SecretScrubber(of: Secret($0)) }
    guard value != nil else {
      (secret, faults) = (nil, [])
      return
    }
    let (problem, allowed): (String, String)
    if !isTaken {
      (problem, allowed) = ("is not taken here", "only secrets that the owner has stored in the configuration")
    } else if let text, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) {
      (secret, faults) = (Secret(text), [])
      return
    } else {
      (problem, allowed) = (
        "is no API secret",
        "one word of \(PassedSecret.minLength) to \(PassedSecret.maxLength) visible ASCII characters"
      )
    }
    secret = nil
    faults = [ArgumentFault(argument: PassedSecret.argumentName, problem: problem, allowed: allowed)]
  }

  /// Whether it also stands in another argument's value, which answers, the ledger and the person are shown. Takes time
  /// linear in the value.
  func isRepeated(in value: JSONValue) -> Bool { scrubber?.finds(in: JSONWriter.text(value)) == true }

  /// The faults without the secret, which may be in the names of unknown arguments.
  func scrubbed(_ faults: [ArgumentFault]) -> [ArgumentFault] {
    guard let scrubber else { return faults }
    return faults.map {
      ArgumentFault(
        argument: scrubber.scrub($0.argument), problem: scrubber.scrub($0.problem), allowed: $0.allowed)
    }
  }

  private static let lengths = minLength...maxLength
}
