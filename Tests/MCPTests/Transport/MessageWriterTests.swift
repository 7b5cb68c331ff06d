#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif
import Platform
import Testing

@testable import MCP

@Suite struct MessageWriterTests {
  @Test func linesOfManyThreadsStayWhole() throws {
    let pipe = try Wire.makePipe()
    let writer = MessageWriter(output: pipe.write, wake: nil, scrub: { $0 })
    let threads = try (0..<4).map { number in
      try Thread {
        for _ in 0..<50 {
          writer.enqueue(Array(repeating: UInt8(ascii: "a") + UInt8(number), count: 5000))
          writer.flush()
        }
      }
    }
    var framer = LineFramer(maxLineBytes: 1 << 20)
    var lines = 0
    while lines < 200 {
      framer.append(try FileDescriptor.readSome(pipe.read, capacity: 65536))
      while case .line(let line)? = framer.next() {
        #expect(line.count == 5000 && Set(line).count == 1)
        lines += 1
      }
    }
    for thread in threads { thread.join() }
    close(pipe.read)
    close(pipe.write)
  }

  @Test func everythingThatLeavesIsScrubbed() throws {
    let pipe = try Wire.makePipe()
    let writer = MessageWriter(
      output: pipe.write, wake: nil, scrub: { $0.map { $0 == UInt8(ascii: "s") ? UInt8(ascii: "*") : $0 } })
    writer.enqueue(Array("secrets".utf8))
    writer.enqueue(Array("more".utf8))
    writer.flush()
    #expect(try FileDescriptor.readSome(pipe.read, capacity: 100) == Array("*ecret*\nmore\n".utf8))
    close(pipe.read)
    close(pipe.write)
  }

  @Test func readerThatLeftClosesTheWriter() throws {
    signal(SIGPIPE, SIG_IGN)
    let pipe = try Wire.makePipe()
    let writer = MessageWriter(output: pipe.write, wake: nil, scrub: { $0 })
    close(pipe.read)
    writer.enqueue([65])
    writer.flush()
    #expect(writer.isClosed)
    close(pipe.write)
  }

  @Test func readerThatStalledDoesNotHoldUpTheEnd() throws {
    let pipe = try Wire.makePipe()
    let writer = MessageWriter(output: pipe.write, wake: nil, scrub: { $0 })
    let flusher = try Thread {
      writer.enqueue(Array(repeating: 65, count: 1 << 20))
      writer.flush()
    }
    writer.close(withinMilliseconds: 50)
    flusher.join()
    #expect(writer.isClosed)
    close(pipe.read)
    close(pipe.write)
  }
}
