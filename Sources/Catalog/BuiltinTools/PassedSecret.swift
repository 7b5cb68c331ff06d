import Config
import JSON
import Platform
import Secrets

/// A rule's secret as a caller passes it to `trigger_rule`. It serves its one call and is kept nowhere: the caller chose it, so
/// it must not decide what anything but the answer to that call looks like. Its faults never quote it.
struct PassedSecret {
  static let argumentName = "api_secret"
  /// In bytes; a shorter one could not be taken out of what Sequence answers.
  static let minLength = SecretScrubber.minLength
  /// As for stored ones.
  static let maxLength = 4096

  /// nil where none was passed, or what was passed cannot be one.
  let secret: Secret?
  let faults: [ArgumentFault]
  private let text: String?

  /// - Parameter isTaken: whether the owner lets callers pass secrets.
  init(_ value: JSONValue?, isTaken: Bool) {
    text = value?.stringValue.flatMap { PassedSecret.lengths ~= $0.utf8.count ? $0 : nil }
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

  /// Whether what was passed, be it usable or not, stands in another argument too, which answers, the ledger and the person
  /// are shown.
  /// - Parameter names: those of the tool's own arguments.
  func isRepeated(in others: JSONObject, besides names: [String]) -> Bool {
    guard let text else { return false }
    let shown = others.members.flatMap { names.contains($0.key) ? [$0.value] : [.string($0.key), $0.value] }
    return SecretScrubber(of: Secret(text)).finds(in: .array(shown))
  }

  private static let lengths = minLength...maxLength
}

extension SecretScrubber {
  /// Knows that one secret alone.
  convenience init(of secret: Secret) {
    self.init()
    register(secret)
  }

  /// Whether a known secret stands anywhere in the value.
  func finds(in value: JSONValue) -> Bool {
    let bytes = JSONWriter.write(value)
    return scrub(bytes: bytes) != bytes
  }
}
