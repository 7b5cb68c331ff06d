import CSystem
import Platform

/// Where the certificates are by which servers are checked.
package struct CertificateStore: Sendable {
  /// What libcurl is told.
  enum Location: Equatable {
    case file(String)
    case directory(String)
    /// libcurl's own place, which only macOS is trusted to have right.
    case builtIn
  }

  private let named: (variable: String, path: String)?
  private let directory: String
  private let bundles: [String]

  /// - Parameters:
  ///   - environment: in which `SSL_CERT_FILE`, then `CURL_CA_BUNDLE` name a file that replaces the system's.
  ///   - directory: certificates under the hashes of their names: only the one that is needed is read, while parsing a whole
  ///     bundle costs 40 ms.
  ///   - bundles: read if the directory has none, in this order.
  package init(
    environment: [String: String], directory: String = "/etc/ssl/certs",
    bundles: [String] = [
      "/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem",
    ]
  ) {
    named =
      ["SSL_CERT_FILE", "CURL_CA_BUNDLE"].lazy.compactMap { variable in
        environment[variable].flatMap { $0.isEmpty ? nil : (variable, $0) }
      }.first
    self.directory = directory
    self.bundles = bundles
  }

  /// The variable that names the file in force; nil if none does.
  package var variable: String? { named?.variable }

  /// - Throws: `HTTPTransportError` (`missingCertificates`) that says what was looked for.
  func location() throws(HTTPTransportError) -> Location {
    if let named {
      guard CertificateStore.isReadableFile(named.path) else {
        throw missing("\(named.variable) names '\(named.path)', which is not a readable file")
      }
      guard CertificateStore.holdsCertificate(named.path) else {
        throw missing("\(named.variable) names '\(named.path)', in which there is no certificate")
      }
      return .file(named.path)
    }
    if OperatingSystem.current == .macOS { return .builtIn }
    if CertificateStore.hasHashedNames(directory) { return .directory(directory) }
    if let bundle = bundles.first(where: CertificateStore.isReadableFile) { return .file(bundle) }
    throw missing("there are no certificates in '\(directory)' to check the server by")
  }

  private func missing(_ message: String) -> HTTPTransportError {
    HTTPTransportError(.missingCertificates, message, mayHaveBeenSent: false)
  }

  private static func isReadableFile(_ path: String) -> Bool {
    (try? FileStatus(of: path))?.kind == .regular && access(path, R_OK) == 0
  }

  /// Whether there is a certificate in the file as libcurl reads them (PEM).
  private static func holdsCertificate(_ path: String) -> Bool {
    guard let file = try? File(reading: path), let bytes = try? file.contents(limit: 4 << 20) else { return false }
    return ["", "TRUSTED ", "X509 "].contains { bytes.contains(part: Array("-----BEGIN \($0)CERTIFICATE-----".utf8)) }
  }

  /// Whether the directory has a name such as `4042bcee.0`, by which OpenSSL finds a certificate.
  private static func hasHashedNames(_ directory: String) -> Bool {
    guard let stream = opendir(directory) else { return false }
    defer { closedir(stream) }
    while let entry = readdir(stream) {
      let isHashed = withUnsafeBytes(of: &entry.pointee.d_name) { name in
        name.count > 10 && name[8] == UInt8(ascii: ".") && name[9] &- UInt8(ascii: "0") < 10
          && name[..<8].allSatisfy { $0 &- UInt8(ascii: "0") < 10 || $0 &- UInt8(ascii: "a") < 6 }
      }
      if isHashed { return true }
    }
    return false
  }
}
