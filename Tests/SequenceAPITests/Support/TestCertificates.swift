import Foundation

/// A certificate authority and server certificates, made by the `openssl` command in a folder of their own.
final class TestCertificates: Sendable {
  let folder: URL

  /// The authority's certificate, for `SSL_CERT_FILE`.
  var authority: String { folder.appending(path: "ca.pem").path }

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "sequence-mcp-tls-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try authority("ca")
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  /// Whether the command is there.
  static var isPossible: Bool { (try? openssl(["version"], FileManager.default.temporaryDirectory)) != nil }

  /// One more authority, which nobody trusts.
  func authority(_ name: String) throws {
    try TestCertificates.openssl(
      [
        "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
        "-subj", "/CN=Test authority \(name)", "-addext", "basicConstraints=critical,CA:TRUE", "-keyout",
        "\(name).key", "-out", "\(name).pem",
      ], folder)
  }

  /// A server with a certificate for that name, such as `IP:127.0.0.1` or `DNS:example.org`.
  func server(for name: String, signedBy authority: String = "ca", isExpired: Bool = false) throws -> TLSServer {
    let own = UUID().uuidString
    try Data("subjectAltName=\(name)\n".utf8).write(to: folder.appending(path: "\(own).ext"))
    try TestCertificates.openssl(
      [
        "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=Test server",
        "-keyout", "\(own).key", "-out", "\(own).csr",
      ], folder)
    try TestCertificates.openssl(
      [
        "x509", "-req", "-in", "\(own).csr", "-CA", "\(authority).pem", "-CAkey", "\(authority).key", "-CAcreateserial",
        "-days", isExpired ? "-1" : "2", "-extfile", "\(own).ext", "-out", "\(own).pem",
      ], folder)
    return try TLSServer(
      certificate: folder.appending(path: "\(own).pem").path, key: folder.appending(path: "\(own).key").path)
  }

  private static func openssl(_ arguments: [String], _ folder: URL) throws {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["openssl"] + arguments
    process.currentDirectoryURL = folder
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw CocoaError(.executableLoad) }
  }
}
