import CSystem
import Platform

/// The location of the CA certificates used to verify servers.
package struct CertificateStore: Sendable {
  /// The reason there are none.
  struct Fault: Error, Equatable {
    /// For the owner: names the file or the directory.
    let message: String
    /// The same as a model may see it: without a path.
    let messageWithoutPath: String
  }

  /// The setting for libcurl.
  enum Location: Equatable {
    case file(String)
    case directory(String)
    /// libcurl's built-in location, which is trusted only on macOS.
    case builtIn
  }

  private let named: (variable: String, path: String)?
  private let directory: String
  private let bundles: [String]

  /// - Parameters:
  ///   - environment: `SSL_CERT_FILE`, then `CURL_CA_BUNDLE`, may name a file that replaces the system's certificates.
  ///   - directory: A directory of certificates named by the hashes of their subjects. Only the needed certificate is read,
  ///     whereas parsing a whole bundle costs 40 ms.
  ///   - bundles: Used in this order if the directory has none.
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

  /// The environment variable that selects the certificate file; nil if neither is set.
  package var variable: String? { named?.variable }

  /// - Throws: `Fault`, which says what was looked for.
  func location() throws(Fault) -> Location {
    if let named {
      func unusable(_ what: String) -> Fault {
        Fault(
          message: "\(named.variable) names '\(named.path)', which \(what)",
          messageWithoutPath: "what \(named.variable) names \(what)")
      }
      guard CertificateStore.isReadableFile(named.path) else { throw unusable("is not a readable file") }
      guard CertificateStore.holdsCertificate(named.path) else { throw unusable("contains no certificate") }
      return .file(named.path)
    }
    if OperatingSystem.current == .macOS { return .builtIn }
    if CertificateStore.hasHashedNames(directory) { return .directory(directory) }
    if let bundle = bundles.first(where: CertificateStore.isReadableFile) { return .file(bundle) }
    throw Fault(
      message: "there are no certificates in '\(directory)' to verify the server with",
      messageWithoutPath: "there are no certificates to verify the server with")
  }

  private static func isReadableFile(_ path: String) -> Bool {
    (try? FileStatus(of: path))?.kind == .regular && access(path, R_OK) == 0
  }

  /// Whether the file contains a certificate in the format that libcurl reads (PEM).
  private static func holdsCertificate(_ path: String) -> Bool {
    guard let file = try? File(reading: path), let bytes = try? file.contents(limit: 4 << 20) else { return false }
    return ["", "TRUSTED ", "X509 "].contains { bytes.contains(part: Array("-----BEGIN \($0)CERTIFICATE-----".utf8)) }
  }

  /// Whether the directory contains a name such as `4042bcee.0`, by which OpenSSL finds a certificate.
  private static func hasHashedNames(_ directory: String) -> Bool {
    FileSystem.names(in: directory)?.contains { name in
      let bytes = Array(name.utf8)
      return bytes.count > 9 && bytes[8] == UInt8(ascii: ".") && bytes[9].isASCIIDigit
        && bytes[..<8].allSatisfy { $0.isASCIIDigit || $0 &- UInt8(ascii: "a") < 6 }
    } ?? false
  }
}
