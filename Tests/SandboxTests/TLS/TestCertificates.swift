import Foundation
import Testing

@testable import Sandbox

/// A folder with an authority (`ca.pem`), what it signed for 127.0.0.1 (`server.pem`, `server.key`), and another
/// authority that signed nothing (`other.pem`).
struct TestCertificates {
  private let folder: URL

  static let isOpenSSLThere = (try? run(["version"]))?.isEmpty == false && TLSLibrary.shared != nil

  init() throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("sandbox-tls-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    for name in ["ca", "other"] {
      _ = try TestCertificates.run(
        [
          "req", "-x509", "-days", "2", "-subj", "/CN=\(name)", "-keyout", path("\(name).key"), "-out",
          path("\(name).pem"),
        ]
          + newKey)
    }
    try Data("subjectAltName=IP:127.0.0.1,DNS:localhost\n".utf8).write(to: URL(fileURLWithPath: path("server.ext")))
    _ = try TestCertificates.run(
      ["req", "-new", "-subj", "/CN=sandbox", "-keyout", path("server.key"), "-out", path("server.csr")] + newKey)
    _ = try TestCertificates.run([
      "x509", "-req", "-days", "2", "-in", path("server.csr"), "-CA", path("ca.pem"), "-CAkey", path("ca.key"),
      "-CAcreateserial", "-extfile", path("server.ext"), "-out", path("server.pem"),
    ])
  }

  func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

  func remove() { try? FileManager.default.removeItem(at: folder) }

  /// What comes back over TLS; empty where the handshake fails.
  func client(_ server: SandboxServer, trusting authority: String, request: String) throws -> String {
    try Data(request.utf8).write(to: URL(fileURLWithPath: path("request")))
    let address = try #require(server.baseURL).replacing("https://", with: "")
    return try TestCertificates.run(
      [
        "s_client", "-connect", address, "-CAfile", path(authority), "-verify_return_error", "-verify_ip", "127.0.0.1",
        "-quiet",
      ],
      inputFile: path("request"))
  }

  /// - Parameter inputFile: `s_client` sends it and then waits for the other side.
  private static func run(_ arguments: [String], inputFile: String = "/dev/null") throws -> String {
    let openssl = Process()
    openssl.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    openssl.arguments = ["openssl"] + arguments
    let stdout = Pipe()
    openssl.standardInput = try FileHandle(forReadingFrom: URL(fileURLWithPath: inputFile))
    openssl.standardOutput = stdout
    openssl.standardError = FileHandle.nullDevice
    try openssl.run()
    let output = stdout.fileHandleForReading.readDataToEndOfFile()
    openssl.waitUntilExit()
    return String(decoding: output, as: UTF8.self)
  }
}
