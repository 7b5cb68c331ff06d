import CSystem
import Platform
import Synchronization
import TestSupport
import Testing

@testable import MCP

@Suite struct InputReaderTests {
  /// A clock on which each reading takes a second.
  private final class CountingClock: Clock {
    private let readings = Mutex<Int64>(0)
    private let onReading: @Sendable (Int64) -> Void

    init(onReading: @escaping @Sendable (Int64) -> Void) { self.onReading = onReading }

    func wallMilliseconds() -> Int64 { 0 }
    func monotonicNanoseconds() -> Int64 { 0 }
    func bootMilliseconds() -> Int64 {
      let reading = readings.withLock { readings in
        readings += 1
        return readings
      }
      onReading(reading)
      return reading * 1000
    }
    var bootID: String? { nil }
  }

  @Test(arguments: [false, true])
  func `what comes after a wait without input counts from the end of that wait`(isReload: Bool) throws {
    let (input, output, reload) = (try BareProcess.pipe(), try BareProcess.pipe(), try BareProcess.pipe())
    defer { for pipe in [input, output, reload] { for end in [pipe.read, pipe.write] { close(end) } } }
    // The second reading is between the look at the input and the wait.
    let clock = CountingClock { reading in
      if isReload, reading == 2 { try? FileDescriptor.writeAll([0], to: reload.write) }
    }
    var reader = InputReader(
      ServerDescriptors(input: input.read, output: output.write, reloadRequests: reload.read), clock: clock)
    #expect(reader.next(timeoutMilliseconds: 1) == (isReload ? .reloadRequest : .idle))
    try FileDescriptor.writeAll([0x0A], to: input.write)
    #expect(reader.next(timeoutMilliseconds: 0) == .chunk([0x0A]))
    #expect(reader.arrivalMilliseconds == 3000)
  }
}
