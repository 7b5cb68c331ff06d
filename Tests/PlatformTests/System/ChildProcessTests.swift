import Foundation
import TestSupport
import Testing

@testable import Platform

@Suite struct ChildProcessTests {
  private func run(
    _ script: String, milliseconds: Int64 = 20_000, limit: Int = 4096, isStopped: () -> Bool = { false }
  ) throws -> ChildProcess.Report {
    try ChildProcess(
      "/bin/sh", ["-c", script], environment: ["PATH": "/usr/bin:/bin", "NAME": "value"],
      timeoutMilliseconds: milliseconds, outputLimit: limit
    ).run(isStopped: isStopped)
  }

  @Test func `a program's status and both outputs are reported`() throws {
    let report = try run("echo out; echo err >&2; exit 7")
    #expect(report.ending == .exited(7))
    #expect(report.output == Array("out\n".utf8) && report.errorOutput == Array("err\n".utf8))
  }

  @Test func `it reads what it is given, and nothing after it`() throws {
    var child = ChildProcess("/bin/sh", ["-c", "cat; echo end"], environment: [:], timeoutMilliseconds: 20_000)
    child.input = Array("given\n".utf8)
    #expect(try child.run().output == Array("given\nend\n".utf8))
  }

  @Test func `it begins in the root directory, and has no terminal to ask at`() throws {
    #expect(try run("pwd; (: < /dev/tty) 2>/dev/null || echo none").output == Array("/\nnone\n".utf8))
  }

  @Test(arguments: [SIGKILL, SIGTERM, SIGSEGV]) func `a signal is not a status`(number: Int32) throws {
    #expect(try run("kill -\(number) $$").ending == .crashed(signal: number))
  }

  @Test func `it has the given environment and nothing to read`() throws {
    let report = try run("echo $NAME; cat; echo end; env | grep -c HOME")
    #expect(report.output == Array("value\nend\n0\n".utf8))
  }

  @Test func `any text is one argument`() throws {
    let hostile = "a b $(id) 'q' \"d\" \\ \n --x"
    let report = try ChildProcess(
      "/usr/bin/printf", ["%s", hostile], environment: [:], timeoutMilliseconds: 20_000
    ).run()
    #expect(report.output == Array(hostile.utf8))
  }

  @Test func `it inherits no descriptor, and ignores no signal that this process ignores`() throws {
    signal(SIGPIPE, SIG_IGN)
    let descriptors = (0..<3).map { _ in open("/dev/null", O_RDONLY) }
    defer { descriptors.forEach { close($0) } }
    let report = try run("for d in /proc/self/fd/*; do echo ${d##*/}; done; grep SigIgn /proc/$$/status")
    let lines = String(decoding: report.output, as: UTF8.self).split(separator: "\n").map(String.init)
    for descriptor in descriptors where descriptor > 9 { #expect(!lines.contains("\(descriptor)")) }
    let ignored = lines.last.flatMap { UInt64($0.split(separator: "\t").last ?? "", radix: 16) } ?? .max
    #expect(ignored & (1 << (UInt64(SIGPIPE) - 1)) == 0)
  }

  @Test func `one that takes too long is killed with all that it started`() throws {
    let file = FileManager.default.temporaryDirectory.path + "/pid-" + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: file) }
    let report = try run("trap '' TERM; sleep 600 & echo $! > \(file); wait", milliseconds: 500)
    #expect(report.ending == .timedOut)
    let child = try #require(pid_t(try String(contentsOfFile: file, encoding: .utf8).trimmingCharacters(in: .newlines)))
    #expect(isGone(child))
  }

  @Test func `what it started does not outlive it`() throws {
    let report = try run("sleep 600 >/dev/null 2>&1 & echo $!")
    #expect(report.ending == .exited(0))
    let child = try #require(
      pid_t(String(decoding: report.output, as: UTF8.self).trimmingCharacters(in: .newlines)))
    #expect(isGone(child))
  }

  @Test func `one that is not wanted any more is killed`() throws {
    var looks = 0
    let report = try run("sleep 600") {
      looks += 1
      return looks > 2
    }
    #expect(report.ending == .stopped)
  }

  @Test func `one that writes too much is killed, and what it wrote is cut`() throws {
    for script in ["yes", "yes >&2"] {
      let report = try run(script, limit: 100)
      #expect(report.ending == .wroteTooMuch)
      #expect(report.output.count <= 101 && report.errorOutput.count <= 101)
    }
    #expect(try run("head -c 100 /dev/zero", limit: 100).ending == .exited(0))
    #expect(try run("head -c 101 /dev/zero", limit: 100).ending == .wroteTooMuch)
  }

  @Test func `one that is not there is an error`() {
    #expect(throws: SystemError.self) {
      try ChildProcess("/nonexistent/program", [], environment: [:], timeoutMilliseconds: 1000).run()
    }
  }
}
