import Foundation
import Synchronization

/// Many inputs of some domains, one after another. A crash or a hang prints the number of its input.
package struct FuzzRun {
  /// The result of one domain's inputs.
  package struct Outcome: Sendable {
    package var count: UInt64 = 0
    package var seconds = 0.0
    /// How much more memory the process used at the end than after the first tenth, in KiB.
    package var growth = 0
    /// The first input that broke an expectation, and which one.
    package var failure: (number: UInt64, words: String)?
  }

  /// The longest time that 256 inputs may take.
  private static let patienceSeconds: UInt32 = 60
  /// In KiB. More than an allocator keeps in reserve.
  private static let growthLimit = 64 * 1024

  /// Whether the process does nothing else, so that its signals and its memory depend on the inputs alone.
  private let isAlone: Bool

  package init(isAlone: Bool) {
    self.isAlone = isAlone
    guard isAlone else { return }
    for number in [SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGALRM] { signal(number, sayInput) }
  }

  /// Runs that many inputs of a domain.
  /// - Parameter first: The number of the first input.
  package func run(_ domain: FuzzDomain, first: UInt64, count: UInt64) -> Outcome {
    var outcome = Outcome()
    let start = Date()
    var early = FuzzRun.residentKibibytes
    for number in first..<first + count {
      currentInput.store(number, ordering: .relaxed)
      if isAlone, number % 256 == 0 { alarm(FuzzRun.patienceSeconds) }
      if number == first + count / 10 { early = FuzzRun.residentKibibytes }
      var (bytes, dice) = domain.input(number)
      outcome.count += 1
      if let words = domain.check(bytes, &dice) {
        outcome.failure = (number, words)
        break
      }
    }
    if isAlone { alarm(0) }
    outcome.growth = FuzzRun.residentKibibytes - early
    if isAlone, outcome.failure == nil, outcome.growth > FuzzRun.growthLimit {
      outcome.failure = (first, "the memory grew by \(outcome.growth) KiB")
    }
    outcome.seconds = Date().timeIntervalSince(start)
    return outcome
  }

  /// The memory that the process uses; 0 if the system has no such file.
  private static var residentKibibytes: Int {
    guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8) else { return 0 }
    let pages = text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
    return pages * Int(getpagesize()) / 1024
  }
}

private let currentInput = Atomic<UInt64>(0)

/// Runs in a signal handler, after a trap or a timeout. Only a write is safe there.
private let sayInput: @convention(c) (Int32) -> Void = { number in
  var digits: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
  withUnsafeMutableBytes(of: &digits) { buffer in
    var rest = currentInput.load(ordering: .relaxed)
    var index = buffer.count
    repeat {
      index -= 1
      buffer[index] = UInt8(ascii: "0") + UInt8(rest % 10)
      rest /= 10
    } while rest > 0
    let words: StaticString = "\ninput number: "
    _ = write(2, words.utf8Start, words.utf8CodeUnitCount)
    _ = write(2, buffer.baseAddress! + index, buffer.count - index)
  }
  signal(number, SIG_DFL)
  raise(number)
}
