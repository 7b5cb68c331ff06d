import Synchronization

/// Takes the known secrets out of everything that leaves the server.
package struct OutputScrubber: Sendable {
  /// Replaces secrets in whole lines.
  let scrub: @Sendable ([UInt8]) -> [UInt8]
  /// Changes whenever there is one more secret. nil if a secret could span two parts of a line that were scrubbed apart.
  let generation: @Sendable () -> Int?

  package init(
    generation: @escaping @Sendable () -> Int?, scrub: @escaping @Sendable ([UInt8]) -> [UInt8]
  ) {
    self.generation = generation
    self.scrub = scrub
  }

  /// Knows no secret.
  package static let none = OutputScrubber(generation: { 0 }, scrub: { $0 })
}

/// A result that is sent again and again. It is scrubbed once for each generation of the secrets, since looking for secrets in a
/// long list takes ten times as long as sending it.
final class StoredResult: Sendable {
  /// A line without known secrets, as of a generation of them.
  struct Line {
    let bytes: [UInt8]
    let generation: Int
  }

  /// A JSON text, as it was written.
  let bytes: [UInt8]
  private let scrubbed = Mutex<Line?>(nil)

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// The answer to a request with that id, without its newline; nil if it must be scrubbed whole.
  func line(id: RequestID, _ scrubber: OutputScrubber) -> Line? {
    guard let generation = scrubber.generation() else { return nil }
    let rest = scrubbed.withLock { kept in
      if let kept, kept.generation == generation { return kept.bytes }
      let bytes = scrubber.scrub(bytes + OutgoingMessage.resultEnd)
      kept = Line(bytes: bytes, generation: generation)
      return bytes
    }
    // The client chose the id.
    return Line(bytes: scrubber.scrub(OutgoingMessage.resultStart(id: id)) + rest, generation: generation)
  }
}
