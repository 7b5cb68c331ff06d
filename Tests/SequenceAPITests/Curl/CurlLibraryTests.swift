import Foundation
import Platform
import TestSupport
import Testing

@testable import SequenceAPI

@Suite struct CurlLibraryTests {
  @Test func `a missing file is an error that names the package`() {
    let error = #expect(throws: HTTPTransportError.self) {
      try CurlLibrary.found(CurlLibrary(fileName: "libnowhere.so.4"), "libnowhere.so.4")
    }
    #expect(error?.kind == .missingLibrary)
    #expect(error?.mayHaveBeenSent == false)
    #expect(
      error?.kind.code.error("missing").help.contains("apt-get install libcurl4")
        == (SystemPackage.libcurl.installCommand != nil))
  }

  @Test func `another library is not taken for it`() {
    #expect(CurlLibrary(fileName: "libc.so.6") == nil)
  }

  @Test func `keys of connections are not written down`() throws {
    #expect(try BuiltProgram.probe(["key-log"]) == ["connectionFailed unset"])
  }

  @Test func `the library is opened once`() throws {
    #expect(try CurlLibrary.shared() === CurlLibrary.shared())
  }

  @Test func `threads share one transport`() throws {
    let server = try RawServer(Array(repeating: .fine, count: 160))
    defer { server.stop() }
    let client = try SequenceClient.real("http://127.0.0.1:\(server.port)")
    let accepted = Monitor(0)
    let threads = try (0..<16).map { _ in
      try Thread {
        for _ in 0..<10 where (try? client.triggerSample().word) == "accepted" { accepted.withLock { $0 += 1 } }
      }
    }
    for thread in threads { thread.join() }
    #expect(accepted.withLock { $0 } == 160)
    #expect(server.connectionCount <= 160)
  }
}
