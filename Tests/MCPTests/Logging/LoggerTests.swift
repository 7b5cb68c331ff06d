import CSystem
import JSON
import Platform
import TestSupport
import Testing

@testable import MCP

@Suite struct LoggerTests {
  private func logged(
    level: LogLevel = .info, format: LogFormat = .text, scrub: @escaping @Sendable ([UInt8]) -> [UInt8] = { $0 },
    _ body: (Logger) -> Void
  ) throws -> String {
    let pipe = try BareProcess.pipe()
    body(Logger(level: level, format: format, descriptor: pipe.write, clock: ManualClock(), scrub: scrub))
    close(pipe.write)
    defer { close(pipe.read) }
    return String(decoding: try FileDescriptor.readAll(pipe.read, limit: 1 << 20), as: UTF8.self)
  }

  @Test func `the text line has time, level, message and fields`() throws {
    let text = try logged {
      $0.info("call finished", ["tool": "x", "ms": 12])
      $0.warning("odd", ["why": "two words", "ok": true, "empty": "", "quote": "a\"b", "equals": "a=b"])
      $0.error("bad")
    }
    #expect(
      text == """
        2026-11-22T16:00:00.000Z info  call finished tool=x ms=12
        2026-11-22T16:00:00.000Z warning odd why="two words" ok=true empty="" quote="a\\"b" equals="a=b"
        2026-11-22T16:00:00.000Z error bad

        """)
  }

  @Test func `a JSON line is one object`() throws {
    let text = try logged(format: .json) { $0.info("call\nfinished", ["tool": "x", "ms": 12]) }
    #expect(
      text
        == #"{"time":"2026-11-22T16:00:00.000Z","level":"info","message":"call\nfinished","tool":"x","ms":12}"# + "\n")
  }

  @Test(arguments: ["a\nb", "a\u{1B}[31mb", "a\u{202E}b", "a\u{200B}b", "a\u{9B}b", "a\u{2028}b"])
  func `a line stays one harmless line`(text: String) throws {
    let line = try logged { $0.info(text, ["field": .string(text)]) }
    #expect(line.utf8.filter { $0 == 0x0A }.count == 1 && line.hasSuffix("\n"))
    let hidden = line.dropLast().unicodeScalars.filter { $0.value < 0x20 || !$0.properties.generalCategory.isVisible }
    #expect(hidden.isEmpty)
  }

  @Test func `lower levels are not even computed`() throws {
    let text = try logged(level: .warning) { logger in
      func unwanted() -> String {
        Issue.record("computed")
        return ""
      }
      logger.log(.debug, unwanted())
      logger.info(unwanted(), ["x": .string(unwanted())])
    }
    #expect(text == "")
  }

  @Test(arguments: LogFormat.allCases) func `a line is scrubbed before it is cut`(format: LogFormat) throws {
    let secret = "not-a-real-secret-1"
    let text = try logged(
      format: format,
      scrub: {
        Array(String(decoding: $0, as: UTF8.self).replacing("not-a-real-secret-1", with: "<redacted>").utf8)
      }
    ) { $0.info(String(repeating: secret + " ", count: 1000)) }
    #expect(text.utf8.count <= 4096 && text.contains("<redacted>") && !text.contains("not-a-real"))
  }

  @Test func `a JSON line stays JSON when it is cut`() throws {
    let text = try logged(format: .json) { $0.info(String(repeating: "é\n", count: 5000), ["x": 1]) }
    let value = try JSONParser.parse(text)
    #expect(value["cut"] == true && text.utf8.count <= 4096)
  }

  @Test func `a pipe that nobody reads drops lines instead of blocking`() throws {
    let pipe = try BareProcess.pipe()
    let logger = Logger(descriptor: pipe.write, clock: ManualClock())
    for _ in 0..<3000 { logger.info("0123456789012345678901234567890123456789") }
    let kept = try FileDescriptor.readSome(pipe.read, capacity: 1 << 20).count { $0 == 0x0A }
    logger.info("read again")
    let rest = String(decoding: try FileDescriptor.readSome(pipe.read, capacity: 1 << 20), as: UTF8.self)
    #expect(
      rest == """
        2026-11-22T16:00:00.000Z warning log lines dropped: nothing reads stderr lines=\(3000 - kept)
        2026-11-22T16:00:00.000Z info  read again

        """)
    close(pipe.read)
    close(pipe.write)
  }

  @Test func `a line that the pipe takes only in part is finished before the next one`() throws {
    let pipe = try BareProcess.pipe()
    defer {
      close(pipe.read)
      close(pipe.write)
    }
    let logger = Logger(descriptor: pipe.write, clock: ManualClock(), pieceBytes: 100)
    let fits = [UInt8](repeating: 0x0A, count: 100)
    // Leaves room for one piece: the pipe takes the first, and is full.
    var ready = pollfd(fd: pipe.write, events: Int16(POLLOUT), revents: 0)
    while poll(&ready, 1, 0) > 0 { try FileDescriptor.writeAll(fits, to: pipe.write) }
    _ = try FileDescriptor.readSome(pipe.read, capacity: 8192)
    var text = ""
    let words = (0..<3000).map { "word\($0)" }
    for word in words { logger.info(String(repeating: word + " ", count: 30)) }
    while poll(&ready, 1, 0) == 0 {
      text += String(decoding: try FileDescriptor.readSome(pipe.read, capacity: 4096), as: UTF8.self)
    }
    logger.info("last")
    text += String(decoding: try FileDescriptor.readSome(pipe.read, capacity: 1 << 20), as: UTF8.self)
    for line in text.split(separator: "\n") where line.contains("word") {
      let found = line.split(separator: " ").filter { $0.hasPrefix("word") }
      let isWhole = found.count == 30 && found.allSatisfy { $0 == found[0] }
      #expect(isWhole, "\(line)")
    }
    #expect(text.contains("log lines dropped") && text.hasSuffix("last\n"))
  }
}

extension Unicode.GeneralCategory {
  fileprivate var isVisible: Bool {
    switch self {
    case .control, .format, .lineSeparator, .paragraphSeparator: false
    default: true
    }
  }
}
