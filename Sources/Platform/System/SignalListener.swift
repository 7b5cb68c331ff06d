import CSystem
import Synchronization

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// A listener that turns signals into descriptors that become readable, so that a thread already polling for input can wait for
/// them too. The handler only writes the signal's number as one byte. A process has at most one listener.
package struct SignalListener {
  /// Becomes readable on SIGTERM and SIGINT, which end the process.
  package let endings: Int32
  /// Becomes readable on SIGHUP: a request to reload the configuration, or the terminal was closed.
  package let hangups: Int32
  /// Whether the process was started with SIGHUP ignored, as by `nohup`.
  package let wasHangupIgnored: Bool

  package init() throws(SystemError) {
    endings = try SignalListener.pipe(to: endingsWriter)
    hangups = try SignalListener.pipe(to: hangupsWriter)
    wasHangupIgnored = SignalListener.handle(SIGHUP)
    _ = SignalListener.handle(SIGTERM)
    _ = SignalListener.handle(SIGINT)
    var signals = sigset_t()
    sigemptyset(&signals)
    for number in [SIGTERM, SIGINT, SIGHUP] { sigaddset(&signals, number) }
    // A client that blocks these signals passes that on to its children.
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

  /// - Returns: Whether the signal was ignored before.
  private static func handle(_ number: Int32) -> Bool {
    let before = signal(number, noteSignal)
    // Swift functions are not Equatable, so the handlers' addresses are compared.
    return unsafeBitCast(before, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
  }

  /// - Returns: The read end. The write end is stored in `writer` for the handler.
  private static func pipe(to writer: borrowing Atomic<Int32>) throws(SystemError) -> Int32 {
    var ends: (Int32, Int32) = (0, 0)
    let failed = withUnsafeMutablePointer(to: &ends) { pointer in
      pointer.withMemoryRebound(to: Int32.self, capacity: 2) { platformPipe($0) }
    }
    guard failed == 0 else { throw .last("open a pipe") }
    for descriptor in [ends.0, ends.1] {
      _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
      // Neither end may block; a byte dropped because the pipe is full carries no new information.
      _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
    }
    writer.store(ends.1, ordering: .relaxed)
    return ends.0
  }
}

private let endingsWriter = Atomic<Int32>(-1)
private let hangupsWriter = Atomic<Int32>(-1)

/// Writes the signal's number to its pipe. Can interrupt any code, so it calls only async-signal-safe functions (POSIX) and
/// preserves `errno`.
private func noteSignal(_ number: Int32) {
  let before = errno
  // Read by `ending`.
  var byte = UInt8(truncatingIfNeeded: number)
  let writer =
    number == SIGHUP ? hangupsWriter.load(ordering: .relaxed) : endingsWriter.load(ordering: .relaxed)
  _ = write(writer, &byte, 1)
  errno = before
}

/// The C function `pipe`, which the method of the same name shadows.
private func platformPipe(_ ends: UnsafeMutablePointer<Int32>) -> Int32 { pipe(ends) }
