package import CSystem
import Synchronization

/// A listener that turns signals into descriptors that become readable, so that a thread already polling for input can wait for
/// them too. The handler only writes the signal's number as one byte. A process has at most one listener.
package struct SignalListener: Sendable {
  /// Becomes readable on SIGTERM and SIGINT, which end the process.
  package let endings: Int32
  /// Becomes readable on SIGHUP: a request to reload the configuration, or the terminal was closed.
  package let hangups: Int32
  /// Whether the process was started with SIGHUP ignored, as by `nohup`.
  let wasHangupIgnored: Bool

  package init() throws(SystemError) {
    endings = try SignalListener.pipe(to: endingsWriter)
    hangups = try SignalListener.pipe(to: hangupsWriter)
    wasHangupIgnored = system_ignores_signal(SIGHUP)
    let numbers = [SIGTERM, SIGINT, SIGHUP]
    for number in numbers { signal(number, noteSignal) }
    // A client that blocks these signals passes that on to its children.
    var signals = signalSet(numbers)
    pthread_sigmask(SIG_UNBLOCK, &signals, nil)
  }

  /// The name of the next signal received to end the process; nil if there is none. Reading it consumes the signal.
  package var ending: String? {
    var byte: UInt8 = 0
    guard read(endings, &byte, 1) == 1 else { return nil }
    return switch Int32(byte) {
    case SIGTERM: "SIGTERM"
    case SIGINT: "SIGINT"
    default: nil
    }
  }

  /// Blocks until a signal is to end the process. A closed terminal ends it like Ctrl-C, since there is nothing to reload;
  /// under `nohup` it does not.
  /// - Returns: the signal's number.
  package func waitForEnd() -> Int32 {
    let descriptors = wasHangupIgnored ? [endings] : [endings, hangups]
    var ready = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    while poll(&ready, nfds_t(ready.count), -1) < 0 && SystemError.lastCode == EINTR {}
    var byte: UInt8 = 0
    return descriptors.contains { read($0, &byte, 1) == 1 } ? Int32(byte) : SIGTERM
  }

  /// - Returns: The read end. The write end is stored in `writer` for the handler.
  private static func pipe(to writer: borrowing Atomic<Int32>) throws(SystemError) -> Int32 {
    let pipe = try Pipe()
    // Neither end may block; a byte dropped because the pipe is full carries no new information.
    for end in [pipe.reader, pipe.writer] { _ = system_set_nonblocking(end) }
    writer.store(pipe.writer, ordering: .relaxed)
    // Never closed: the handler may write at any time.
    _ = Unmanaged.passRetained(pipe)
    return pipe.reader
  }
}

/// Returns the signals as a set of the C library.
package func signalSet(_ numbers: [Int32]) -> sigset_t {
  var set = sigset_t()
  sigemptyset(&set)
  for number in numbers { sigaddset(&set, number) }
  return set
}

private let endingsWriter = Atomic<Int32>(-1)
private let hangupsWriter = Atomic<Int32>(-1)

/// Writes the signal's number to its pipe. Can interrupt any code, so it calls only async-signal-safe functions (POSIX) and
/// preserves `errno`.
private func noteSignal(_ number: Int32) {
  let before = system_error_code()
  // Read by `ending`.
  var byte = UInt8(truncatingIfNeeded: number)
  let writer =
    number == SIGHUP ? hangupsWriter.load(ordering: .relaxed) : endingsWriter.load(ordering: .relaxed)
  _ = write(writer, &byte, 1)
  system_set_error_code(before)
}
