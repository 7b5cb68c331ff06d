import Platform
import Synchronization

/// A scrubber that replaces every known secret in text that leaves the process. Also finds a secret in other letter case, with
/// whitespace or hidden characters in it, JSON-escaped (including JSON inside JSON), percent-encoded or as HTML character
/// references (once or twice), in hexadecimal, and in base64 at any alignment.
///
/// Only whole secrets are found. Text is scrubbed whole when it enters and cut afterwards; scrubbing it again when it leaves is
/// the last line of defense.
package final class SecretScrubber: Sendable {
  /// In bytes, without whitespace. A shorter value is not replaced: it would occur by chance in numbers, names and protocol
  /// keywords, and replacing those would break messages without hiding anything that could not be guessed.
  package static let minLength = 6

  private struct Known {
    var index = SecretIndex()
    var lasting: Set<[UInt8]> = []
    /// The latest secrets of each reference, the newest one last.
    var latest: [SecretReference: [[UInt8]]] = [:]
  }

  private let known = Mutex(Known())

  /// - Parameter secrets: The initial secrets.
  package init(of secrets: Secret...) {
    for secret in secrets { register(secret) }
  }

  /// Adds a secret to replace. Registering it again costs one lookup.
  package func register(_ secret: Secret) {
    add(secret) { known, value in
      known.lasting.insert(value)
      known.index.insert(value)
    }
  }

  /// The number of secrets of one command that are kept. Those of calls that are still being sent are among them.
  static let commandSecretCount = 64

  /// Adds the secret that a command has printed, and forgets the oldest ones: it may print another secret each time.
  func register(_ secret: Secret, of reference: SecretReference) {
    add(secret) { known, value in
      let latest = known.latest[reference] ?? []
      if latest.last == value { return }
      known.latest[reference] = latest.filter { $0 != value }.suffix(SecretScrubber.commandSecretCount - 1) + [value]
      let kept = known.lasting.union(known.latest.values.joined())
      if latest.allSatisfy(kept.contains) { known.index.insert(value) } else { known.index = SecretIndex(of: kept) }
    }
  }

  private func add(_ secret: Secret, _ body: (inout Known, [UInt8]) -> Void) {
    let value = Array(secret.reveal().utf8)
    if value.count >= SecretScrubber.minLength { known.withLock { body(&$0, value) } }
  }

  /// Returns the bytes with every known secret replaced; the same array if there is none.
  package func scrub(bytes: [UInt8]) -> [UInt8] {
    let found = ranges(in: bytes)
    guard !found.isEmpty else { return bytes }
    // Text that starts as JSON must stay valid JSON.
    let isJSON = bytes[0] == UInt8(ascii: "{") || bytes[0] == UInt8(ascii: "[")
    let spans = isJSON ? JSONNumberSpans.widened(found, in: bytes) : found.map { ($0, false) }
    return bytes.replacing(spans.map { ($0, $1 ? "\"\(Secret.replacement)\"" : Secret.replacement) })
  }

  /// Returns the text with every known secret replaced.
  package func scrub(_ text: String) -> String {
    let bytes = Array(text.utf8)
    let scrubbed = scrub(bytes: bytes)
    return scrubbed.count == bytes.count && scrubbed == bytes ? text : String(decoding: scrubbed, as: UTF8.self)
  }

  /// Returns a function that scrubs known secrets first, then this secret. In the other order, a secret guessed by a caller
  /// could split a known secret into pieces that the scrubber no longer recognizes.
  package func scrubbing(and secret: Secret) -> @Sendable (String) -> String {
    let own = SecretScrubber(of: secret)
    return { [self] in own.scrub(scrub($0)) }
  }

  /// Whether the text contains a known secret.
  package func finds(in text: String) -> Bool { !ranges(in: Array(text.utf8)).isEmpty }

  /// Returns the ranges of secrets, in order. Overlapping ranges are merged.
  package func ranges(in bytes: [UInt8]) -> [Range<Int>] {
    let index = known.withLock { $0.index }
    guard !index.isEmpty, bytes.count >= SecretScrubber.minLength else { return [] }
    // Nearly every text holds no secret, and none of its places is needed.
    var holdsSecret = false
    SecretScrubber.forEachReading(of: bytes, keepsPlaces: false) { text in
      holdsSecret = holdsSecret || !index.matches(in: text.bytes).isEmpty
    }
    guard holdsSecret else { return [] }
    var found: [Range<Int>] = []
    SecretScrubber.forEachReading(of: bytes, keepsPlaces: true) { text in
      found += index.matches(in: text.bytes).map { text.source(of: $0) }
    }
    // Merging before widening too, so that each run of backslashes is scanned once.
    return found.merged().map { JSONEscapes.widened($0, in: bytes) }.merged()
  }

  /// The text as it is, and with each encoding undone as often as it may have been applied.
  private static func forEachReading(of bytes: [UInt8], keepsPlaces: Bool, _ body: (DecodedText) -> Void) {
    let plain = DecodedText(bytes, keepsPlaces: keepsPlaces)
    body(plain)
    for encoding in DecodedText.Encoding.allCases {
      var text = plain
      for _ in 0..<encoding.depth {
        guard let decoded = text.decoded(encoding) else { break }
        body(decoded)
        text = decoded
      }
    }
  }
}

extension [UInt8] {
  /// Returns the bytes with texts in place of these ranges, which are in order and do not overlap.
  func replacing(_ replacements: [(range: Range<Int>, text: String)]) -> [UInt8] {
    var result: [UInt8] = []
    var end = 0
    for (range, text) in replacements {
      result += self[end..<range.lowerBound]
      result += text.utf8
      end = range.upperBound
    }
    return result + self[end...]
  }
}

extension [Range<Int>] {
  /// Returns the ranges in order, with those that overlap joined.
  /// - Parameter joiningNeighbors: Whether ranges that only touch are joined, too.
  func merged(joiningNeighbors: Bool = false) -> [Range<Int>] {
    var merged: [Range<Int>] = []
    for range in sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if let last = merged.last, range.lowerBound < last.upperBound + (joiningNeighbors ? 1 : 0) {
        merged[merged.count - 1] = last.lowerBound..<Swift.max(last.upperBound, range.upperBound)
      } else {
        merged.append(range)
      }
    }
    return merged
  }
}

/// The escapes in JSON text. Ranges are widened to whole escapes, since a remaining half escape would make the line invalid.
private enum JSONEscapes {
  /// Returns the range, extended to include any escape that it splits.
  static func widened(_ range: Range<Int>, in bytes: [UInt8]) -> Range<Int> {
    let start = escape(around: range.lowerBound, in: bytes)?.lowerBound ?? range.lowerBound
    let end = escape(around: range.upperBound, in: bytes)?.upperBound ?? range.upperBound
    return start..<end
  }

  /// Returns the escape that contains `place` (RFC 8259 section 7).
  private static func escape(around place: Int, in bytes: [UInt8]) -> Range<Int>? {
    for start in stride(from: place - 1, through: max(0, place - 5), by: -1) where bytes[start] == UInt8(ascii: "\\") {
      var run = 1
      while run <= start, bytes[start - run] == UInt8(ascii: "\\") { run += 1 }
      guard run % 2 == 1, start + 1 < bytes.count else { return nil }
      let end = start + (bytes[start + 1] == UInt8(ascii: "u") ? 6 : 2)
      return end > place ? start..<min(end, bytes.count) : nil
    }
    return nil
  }
}

/// The numbers in JSON text. A secret made of digits can occur in a number, and only a replacement of the whole number leaves
/// the line valid.
private enum JSONNumberSpans {
  /// Returns each range, extended to the whole number around it outside of strings; in order, without overlaps.
  /// - Parameter bytes: Consecutive JSON values (RFC 8259). No string in them contains a bare newline.
  static func widened(_ ranges: [Range<Int>], in bytes: [UInt8]) -> [(range: Range<Int>, isNumber: Bool)] {
    var result: [(range: Range<Int>, isNumber: Bool)] = []
    var position = 0
    var isInString = false
    for range in ranges {
      if let last = result.last, range.lowerBound < last.range.upperBound {
        result[result.count - 1].range = last.range.lowerBound..<max(last.range.upperBound, range.upperBound)
        continue
      }
      while position < range.lowerBound {
        if isInString, bytes[position] == UInt8(ascii: "\\") {
          position += 2
          continue
        }
        if bytes[position] == UInt8(ascii: "\"") { isInString.toggle() }
        position += 1
      }
      guard !isInString, bytes[range].allSatisfy(isNumberByte) else {
        result.append((range, false))
        continue
      }
      var start = range.lowerBound
      while start > 0, isNumberByte(bytes[start - 1]) { start -= 1 }
      var end = range.upperBound
      while end < bytes.count, isNumberByte(bytes[end]) { end += 1 }
      result.append((start..<end, true))
    }
    return result
  }

  private static func isNumberByte(_ byte: UInt8) -> Bool {
    byte.isASCIIDigit || "+-.eE".utf8.contains(byte)
  }
}
