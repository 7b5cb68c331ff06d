import Foundation

/// A certificate authority and server certificates, created by the `openssl` command (1.1 to 3.5) in their own directory.
package final class TestCertificates: Sendable {
  private let directory: URL

  /// The authority's certificate, for `SSL_CERT_FILE`.
  package var authority: String { directory.appendingPathComponent("ca.pem").path }

  package init() throws {
    directory = FileManager.default.temporaryDirectory.appendingPathComponent("sequence-mcp-tls-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    try write(
      """
      [ca]
      default_ca = authority
      [authority]
      database = index.txt
      new_certs_dir = .
      rand_serial = yes
      default_md = sha256
      unique_subject = no
      policy = policy
      [policy]
      commonName = supplied

      """, to: "authority.cnf")
    try write("", to: "index.txt")
    try addAuthority("ca")
  }

  deinit { try? FileManager.default.removeItem(at: directory) }

  /// Whether the command and OpenSSL's library are installed.
  package static var isPossible: Bool {
    TLSServer.isPossible && (try? openssl(["version"], FileManager.default.temporaryDirectory)) != nil
  }

  /// Adds an authority that nobody trusts.
  package func addAuthority(_ name: String) throws {
    try openssl(
      ["req", "-x509", "-days", "2", "-subj", "/CN=Test authority \(name)"] + TestCertificates.newKey
        + ["-addext", "basicConstraints=critical,CA:TRUE", "-keyout", "\(name).key", "-out", "\(name).pem"])
  }

  /// Returns a server with a certificate for that name, such as `IP:127.0.0.1` or `DNS:example.org`.
  package func server(
    for name: String, signedBy authority: String = "ca", isExpired: Bool = false
  ) throws -> TLSServer {
    let own = UUID().uuidString
    try write("subjectAltName=\(name)\n", to: "\(own).ext")
    try openssl(
      ["req", "-subj", "/CN=Test server", "-keyout", "\(own).key", "-out", "\(own).csr"] + TestCertificates.newKey)
    // Not `x509 -req -days -1`, which OpenSSL 3.5 does not accept.
    try openssl([
      "ca", "-batch", "-notext", "-config", "authority.cnf", "-cert", "\(authority).pem", "-keyfile",
      "\(authority).key",
      "-startdate", "20200101000000Z", "-enddate", isExpired ? "20200102000000Z" : "20991231235959Z", "-extfile",
      "\(own).ext", "-in", "\(own).csr", "-out", "\(own).pem",
    ])
    return try TLSServer(
      certificate: directory.appendingPathComponent("\(own).pem").path,
      key: directory.appendingPathComponent("\(own).key").path)
  }

  private static let newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]

  private func write(_ text: String, to name: String) throws {
    try Data(text.utf8).write(to: directory.appendingPathComponent(name))
  }

  private func openssl(_ arguments: [String]) throws { try TestCertificates.openssl(arguments, directory) }

  private static func openssl(_ arguments: [String], _ directory: URL) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["openssl"] + arguments
    process.currentDirectoryURL = directory
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw CocoaError(.executableLoad) }
  }
}
