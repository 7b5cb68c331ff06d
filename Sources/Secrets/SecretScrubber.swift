import Synchronization

/// Replaces every known secret in what leaves the process, in whatever encoding it is echoed: as it is, JSON-escaped (also
/// JSON inside JSON), percent-encoded, or in base64 at any alignment.
package final class SecretScrubber: Sendable {
  /// What stands in a secret's place. It needs no escaping in JSON, so a line stays valid; in quotes it takes a number's place.
  package static let replacement = "<redacted>"
  /// In bytes. A shorter value is left alone: it would turn up by chance in numbers, names and the protocol's own words, and
  /// replacing those would break messages without hiding anything that could not be guessed.
  package static let minLength = 6

  private let index = Mutex(SecretIndex())

  package init() {}

  /// From now on, the secret is replaced. Registering it again costs one look-up.
  package func register(_ secret: Secret) {
    let value = Array(secret.reveal().utf8)
    guard value.count >= SecretScrubber.minLength else { return }
    index.withLock { $0.insert(value) }
  }

  /// The bytes without any known secret; the very same array where none is in them.
  package func scrub(bytes: [UInt8]) -> [UInt8] {
    let index = index.withLock { $0 }
    guard !index.isEmpty, bytes.count >= SecretScrubber.minLength else { return bytes }
    let found = bytes.withUnsafeBufferPointer { SecretSearch(bytes: $0, index: index).ranges() }
    guard !found.isEmpty else { return bytes }
    // What starts as JSON stays valid JSON.
    let isJSON = bytes[0] == UInt8(ascii: "{") || bytes[0] == UInt8(ascii: "[")
    let spans = isJSON ? JSONNumberSpans.widened(found, in: bytes) : found.map { ($0, false) }
    var result: [UInt8] = []
    var end = 0
    for (range, isNumber) in spans {
      result += bytes[end..<range.lowerBound]
      result += (isNumber ? "\"\(SecretScrubber.replacement)\"" : SecretScrubber.replacement).utf8
      end = range.upperBound
    }
    return result + bytes[end...]
  }

  /// The text without any known secret.
  package func scrub(_ text: String) -> String {
    let bytes = Array(text.utf8)
    let scrubbed = scrub(bytes: bytes)
    return scrubbed.count == bytes.count && scrubbed == bytes ? text : String(decoding: scrubbed, as: UTF8.self)
  }
}
