import Foundation
import TestSupport
import Testing

@testable import Platform

@Suite struct FileDescriptorTests {
  /// Runs the body with the read end and the write end of a pipe, and a way to close the latter.
  private func withPipe(
    _ body: (_ readEnd: Int32, _ writeEnd: Int32, _ closeWriteEnd: () -> Void) throws -> Void
  ) throws {
    let pipe = try Platform.Pipe()
    try body(pipe.reader, pipe.writer) { pipe.closeWriter() }
    withExtendedLifetime(pipe) {}
  }

  private func makeNonBlocking(_ descriptor: Int32) {
    _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
  }

  @Test(arguments: [false, true])
  func `a long text goes through a pipe in parts`(isNonBlocking: Bool) throws {
    let bytes = (0..<1_000_003).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    try withPipe { readEnd, writeEnd, _ in
      if isNonBlocking { makeNonBlocking(writeEnd) }
      let received = Monitor<[UInt8]?>(nil)
      let reader = try Platform.Thread {
        let all = try? FileDescriptor.readAll(readEnd, limit: bytes.count - 1)
        received.withLock { $0 = all }
      }
      try FileDescriptor.writeAll(bytes, to: writeEnd)
      reader.join()
      #expect(received.withLock { $0 } == bytes)
    }
  }

  @Test(arguments: [-1, 0, 1, 4, 5, 6, 7, 1000, .max])
  func `a file of any reported size is read up to the limit`(expected: Int) throws {
    for (limit, read) in [(10, "hello"), (5, "hello"), (4, "hello"), (3, "hell")] {
      try withPipe { readEnd, writeEnd, closeWriteEnd in
        try FileDescriptor.writeAll(Array("hello".utf8), to: writeEnd)
        closeWriteEnd()
        #expect(try FileDescriptor.readAll(readEnd, limit: limit, expecting: expected) == Array(read.utf8))
      }
    }
  }

  @Test func `a reader of a non-blocking descriptor waits`() throws {
    try withPipe { readEnd, writeEnd, _ in
      makeNonBlocking(readEnd)
      let writer = try Platform.Thread { try? FileDescriptor.writeAll([1, 2, 3], to: writeEnd) }
      #expect(try FileDescriptor.readSome(readEnd, capacity: 10) == [1, 2, 3])
      writer.join()
    }
  }

  @Test func `a signal does not end a read`() throws {
    try withPipe { readEnd, writeEnd, _ in
      interruptOnly(SIGUSR2)
      let (name, result) = (Monitor<ThreadName?>(nil), Monitor<[UInt8]?>(nil))
      let reader = try Platform.Thread {
        name.withLock { $0 = ThreadName(value: pthread_self()) }
        let bytes = try? FileDescriptor.readSome(readEnd, capacity: 1)
        result.withLock { $0 = bytes }
      }
      let thread = try #require(name.wait(until: { $0 }))
      for _ in 0..<1000 {
        pthread_kill(thread.value, SIGUSR2)
        sched_yield()
      }
      try FileDescriptor.writeAll([42], to: writeEnd)
      reader.join()
      #expect(result.withLock { $0 } == [42])
    }
  }

  @Test func `the end of a file is empty`() throws {
    let null = open("/dev/null", O_RDONLY)
    defer { close(null) }
    #expect(try FileDescriptor.readSome(null, capacity: 10).isEmpty)
    #expect(try FileDescriptor.readAll(null, limit: 10).isEmpty)
  }

  @Test(arguments: [(4, 5), (5, 5), (6, 6), (100, 6)])
  func `readAll stops one byte over its limit`(size: Int, limitedTo count: Int) throws {
    try withPipe { readEnd, writeEnd, closeWriteEnd in
      try FileDescriptor.writeAll([UInt8](repeating: 1, count: size), to: writeEnd)
      closeWriteEnd()
      #expect(try FileDescriptor.readAll(readEnd, limit: 5).count == min(size, count))
    }
  }

  @Test func `a failure names what was tried`() throws {
    #expect(throws: SystemError(code: EBADF, attempt: "write")) { try FileDescriptor.writeAll([1], to: -1) }
    #expect(throws: SystemError(code: EBADF, attempt: "read")) { try FileDescriptor.readSome(-1, capacity: 1) }
    #expect(SystemError(code: ENOENT, attempt: "open x").description == "open x: No such file or directory")
  }

  @Test func `a reader that is gone is an error`() throws {
    let pipe = try Platform.Pipe()
    pipe.closeReader()
    let failure = Monitor<SystemError?>(nil)
    // The signal is that of the thread, which blocks it.
    try Platform.Thread {
      var signals = sigset_t()
      sigemptyset(&signals)
      sigaddset(&signals, SIGPIPE)
      pthread_sigmask(SIG_BLOCK, &signals, nil)
      do throws(SystemError) { try FileDescriptor.writeAll([1], to: pipe.writer) } catch {
        failure.withLock { $0 = error }
      }
    }.join()
    #expect(failure.withLock { $0 } == SystemError(code: EPIPE, attempt: "write"))
  }
}

/// A thread's id, which is only passed on and never dereferenced.
private struct ThreadName: @unchecked Sendable { let value: pthread_t }
