import CSystem
import Synchronization

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Turns signals into descriptors that become readable, which whoever waits for input anyway can wait for too: no thread
/// stands by for them. The handler writes the signal's number as one byte and does nothing else. There is one listener in a process.
package struct SignalListener {
  /// Becomes readable when the process is to end: SIGTERM, SIGINT.
  package let endings: Int32
  /// Becomes readable at SIGHUP: the configuration is to be read again, or the terminal was closed.
  package let hangups: Int32
  /// Whether whoever started the process had it ignore SIGHUP, as `nohup` does.
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
    // A client that blocked them for itself hands that on to what it starts.
    pthread_sigmask(SIG_UNBLOCK, &signals, nil)
  }

  /// The name of the signal that wants the process to end; nil if none does.
  package var ending: String? {
    switch (try? FileDescriptor.readSome(endings, capacity: 1))?.first.map({ Int32($0) }) {
    case SIGTERM: "SIGTERM"
    case SIGINT: "SIGINT"
    default: nil
    }
  }

  /// - Returns: whether the signal was ignored before.
  private static func handle(_ number: Int32) -> Bool {
    let before = signal(number, noteSignal)
    // Handlers are compared by their addresses: Swift knows no equality of functions.
    return unsafeBitCast(before, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
  }

  /// - Returns: the end to read from; the other one goes where the handler finds it.
  private static func pipe(to writer: borrowing Atomic<Int32>) throws(SystemError) -> Int32 {
    var ends: (Int32, Int32) = (0, 0)
    let failed = withUnsafeMutablePointer(to: &ends) { pointer in
      pointer.withMemoryRebound(to: Int32.self, capacity: 2) { platformPipe($0) }
    }
    guard failed == 0 else { throw .last("open a pipe") }
    for descriptor in [ends.0, ends.1] {
      _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
      // A byte too many says nothing new: neither end may wait for the other.
      _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
    }
    writer.store(ends.1, ordering: .relaxed)
    return ends.0
  }
}

private let endingsWriter = Atomic<Int32>(-1)
private let hangupsWriter = Atomic<Int32>(-1)

/// Runs wherever the signal finds the process, so it calls only what POSIX lists as safe there, and leaves `errno` alone.
private func noteSignal(_ number: Int32) {
  let before = errno
  // The number, for `ending`.
  var byte = UInt8(truncatingIfNeeded: number)
  let writer =
    number == SIGHUP ? hangupsWriter.load(ordering: .relaxed) : endingsWriter.load(ordering: .relaxed)
  _ = write(writer, &byte, 1)
  errno = before
}

/// The system's `pipe`, which the method of that name hides.
private func platformPipe(_ ends: UnsafeMutablePointer<Int32>) -> Int32 { pipe(ends) }
