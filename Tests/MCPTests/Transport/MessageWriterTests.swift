import CSystem
import Foundation
import JSON
import Platform
import Synchronization
import TestSupport
import Testing

@testable import MCP

@Suite struct MessageWriterTests {
  @Test func `lines of many threads stay whole`() throws {
    let pipe = try BareProcess.pipe()
    let writer = MessageWriter(output: pipe.write, wake: nil, scrub: { $0 })
    let threads = try (0..<4).map { number in
      try Thread {
        for _ in 0..<50 {
          writer.enqueue(OutgoingLine(scrubbing: Array(repeating: UInt8(ascii: "a") + UInt8(number), count: 5000)))
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

  @Test func `everything that leaves is scrubbed`() throws {
    let pipe = try BareProcess.pipe()
    let writer = MessageWriter(
      output: pipe.write, wake: nil,
      scrub: { $0.map { $0 == UInt8(ascii: "s") ? UInt8(ascii: "*") : $0 } })
    writer.enqueue(OutgoingLine(scrubbing: Array("secrets".utf8)))
    writer.enqueue(OutgoingLine(scrubbing: Array("more".utf8)))
    writer.flush()
    #expect(try FileDescriptor.readSome(pipe.read, capacity: 100) == Array("*ecret*\nmore\n".utf8))
    close(pipe.read)
    close(pipe.write)
  }

  /// Secrets that a test registers.
  private final class Secrets: Sendable {
    private let known = Mutex<[String]>([])

    func learn(_ secret: String) { known.withLock { $0.append(secret) } }

    @Sendable func scrub(_ bytes: [UInt8]) -> [UInt8] {
      let text = String(decoding: bytes, as: UTF8.self)
      return Array(known.withLock { $0.reduce(text) { $0.replacingOccurrences(of: $1, with: "*") } }.utf8)
    }
  }

  /// Returns the output once these lines have been queued.
  private func lines(
    _ scrub: @escaping @Sendable ([UInt8]) -> [UInt8] = { $0 }, _ queue: (MessageWriter) -> Void
  ) throws -> String {
    let pipe = try BareProcess.pipe()
    defer {
      close(pipe.read)
      close(pipe.write)
    }
    let writer = MessageWriter(output: pipe.write, wake: nil, scrub: scrub)
    queue(writer)
    writer.flush()
    return String(decoding: try FileDescriptor.readSome(pipe.read, capacity: 4096), as: UTF8.self)
  }

  @Test func `a secret that is learned after a line was queued does not leave with it`() throws {
    let secrets = Secrets()
    let text = try lines(secrets.scrub) { writer in
      writer.enqueue(OutgoingLine(scrubbing: Array("hidden".utf8)))
      secrets.learn("hidden")
    }
    #expect(text == "*\n")
  }

  @Test func `no secret changes the envelope or an id of the client's, and what is inside is scrubbed`() throws {
    let secrets = Secrets()
    let words = ["jsonrpc", "result", "error", "method", "params", "hidden", "notifications"]
    for word in words { secrets.learn(word) }
    let id = try #require(RequestID("hidden"))
    let body = Array(#"{"a":"hidden error"}"#.utf8)
    let text = try lines(secrets.scrub) { writer in
      writer.enqueue(OutgoingMessage.result(body, id: id))
      writer.enqueue(OutgoingMessage.error(.invalidParams("hidden"), id: id))
      writer.enqueue(OutgoingMessage.request(id: "srv-1", "method", ["message": "hidden"]))
      writer.enqueue(
        OutgoingMessage.notification(
          "notifications/progress", ["progressToken": "hidden", "message": "hidden"],
          keeping: OutgoingMessage.member("progressToken", id)))
      ReplySink.batch(Batch(count: 1), slot: 0).deliver(OutgoingMessage.result(body, id: id), through: writer)
    }
    #expect(
      text == """
        {"jsonrpc":"2.0","id":"hidden","result":{"a":"* *"}}
        {"jsonrpc":"2.0","id":"hidden","error":{"code":-32602,"message":"*"}}
        {"jsonrpc":"2.0","id":"srv-1","method":"method","params":{"message":"*"}}
        {"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":"hidden","message":"*"}}
        [{"jsonrpc":"2.0","id":"hidden","result":{"a":"* *"}}]

        """)
  }

  @Test func `a reader that left closes the writer`() throws {
    signal(SIGPIPE, SIG_IGN)
    let pipe = try BareProcess.pipe()
    let writer = MessageWriter(output: pipe.write, wake: nil, scrub: { $0 })
    close(pipe.read)
    writer.enqueue(OutgoingLine(scrubbing: [65]))
    writer.flush()
    #expect(writer.isClosed)
    close(pipe.write)
  }

  @Test func `a reader that stalled does not delay the end`() throws {
    let pipe = try BareProcess.pipe()
    let writer = MessageWriter(output: pipe.write, wake: nil, scrub: { $0 })
    let flusher = try Thread {
      writer.enqueue(OutgoingLine(scrubbing: Array(repeating: 65, count: 1 << 20)))
      writer.flush()
    }
    writer.close(withinMilliseconds: 50)
    flusher.join()
    #expect(writer.isClosed)
    close(pipe.read)
    close(pipe.write)
  }

  /// What the receipts of lines have said, in order.
  private final class Receipts: Sendable {
    private let said = Mutex<[String]>([])

    var all: [String] { said.withLock { $0 } }

    func line(_ name: String, scrubbing value: [UInt8] = []) -> OutgoingLine {
      OutgoingLine(Array(name.utf8), scrubbing: value).receipted { delivery in
        self.said.withLock { $0.append("\(name) \(delivery)") }
      }
    }
  }

  @Test func `receipts come in the order of their lines`() throws {
    let receipts = Receipts()
    let text = try lines { writer in
      writer.enqueue(OutgoingLine(Array("first".utf8)))
      for name in ["one", "two"] { writer.enqueue(receipts.line(name)) }
      writer.enqueue(OutgoingLine(Array("last".utf8)))
      #expect(receipts.all == [])
    }
    #expect(text == "first\none\ntwo\nlast\n")
    #expect(receipts.all == ["one written", "two written"])
  }

  @Test func `every line of a reader that left is dropped`() throws {
    signal(SIGPIPE, SIG_IGN)
    let receipts = Receipts()
    let pipe = try BareProcess.pipe()
    let writer = MessageWriter(output: pipe.write, wake: nil, scrub: { $0 })
    close(pipe.read)
    for name in ["one", "two"] { writer.enqueue(receipts.line(name)) }
    writer.flush()
    writer.enqueue(receipts.line("three"))
    writer.flush()
    #expect(receipts.all == ["one dropped", "two dropped", "three dropped"])
    writer.close(withinMilliseconds: 0)
    #expect(receipts.all.count == 3)
    close(pipe.write)
  }

  @Test func `what a reader that stalled has not got is dropped at the end`() throws {
    let receipts = Receipts()
    let pipe = try BareProcess.pipe()
    let writer = MessageWriter(output: pipe.write, wake: nil, scrub: { $0 })
    writer.enqueue(receipts.line("one"))
    writer.enqueue(receipts.line("big", scrubbing: Array(repeating: 65, count: 1 << 20)))
    writer.enqueue(receipts.line("two"))
    let flusher = try Thread { writer.flush() }
    var ready = pollfd(fd: pipe.read, events: Int16(POLLIN), revents: 0)
    #expect(poll(&ready, 1, 10_000) > 0)
    writer.close(withinMilliseconds: 50)
    #expect(receipts.all == ["one written", "big dropped", "two dropped"])
    flusher.join()
    close(pipe.read)
    close(pipe.write)
  }

  @Test func `a client that has closed its half of a socket and does not read is given up`() throws {
    let pipe = try BareProcess.pipe()
    let (server, client) = StreamSocket.pair()
    let writer = MessageWriter(output: pipe.write, input: server, wake: nil, scrub: { $0 })
    shutdown(client, Int32(SHUT_WR))
    writer.enqueue(OutgoingLine(scrubbing: Array(repeating: 65, count: 1 << 20)))
    let isGivenUp = Monitor(false)
    let flusher = try Thread {
      writer.flush()
      isGivenUp.withLock { $0 = true }
    }
    #expect(isGivenUp.wait(timeoutMilliseconds: 10_000) { $0 ? true : nil } == true)
    #expect(writer.ending == .inputEnded)
    for descriptor in [pipe.read, pipe.write, server, client] { close(descriptor) }
    flusher.join()
  }
}
