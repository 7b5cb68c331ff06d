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

  private static func holdsCertificate(_ path: String) -> Bool {
    guard let file = try? File(reading: path), let bytes = try? file.contents(limit: 4 << 20) else { return false }
    return PEM.holdsCertificate(bytes)
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

/// The text format of certificates that libcurl reads (RFC 7468).
private enum PEM {
  private static let labels = ["", "TRUSTED ", "X509 "].map { $0 + "CERTIFICATE-----" }

  /// Whether the text holds a certificate that is complete.
  static func holdsCertificate(_ text: [UInt8]) -> Bool {
    var label: String?
    var body: [UInt8] = []
    // OpenSSL skips the byte order mark that some editors write.
    let text = text.dropFirst(TextEncoding.hasMark(text) ? 3 : 0)
    for line in text.split(whereSeparator: { $0 == 0x0A || $0 == 0x0D }) {
      if let begun = labels.first(where: { line.starts(with: "-----BEGIN \($0)".utf8) }) {
        (label, body) = (begun, [])
      } else if let open = label {
        if line.starts(with: "-----END \(open)".utf8), isCertificate(decoded(body)) { return true }
        body += line
      }
    }
    return false
  }

  /// Returns the bytes up to the first character that is neither base64 (RFC 4648 section 4) nor white space.
  private static func decoded(_ base64: [UInt8]) -> [UInt8] {
    var bytes: [UInt8] = []
    var (bits, count): (UInt32, UInt32) = (0, 0)
    for byte in base64 where !byte.isASCIISpace {
      let value: UInt8
      switch byte {
      case UInt8(ascii: "A")...UInt8(ascii: "Z"): value = byte - UInt8(ascii: "A")
      case UInt8(ascii: "a")...UInt8(ascii: "z"): value = byte - UInt8(ascii: "a") + 26
      case UInt8(ascii: "0")...UInt8(ascii: "9"): value = byte - UInt8(ascii: "0") + 52
      case UInt8(ascii: "+"): value = 62
      case UInt8(ascii: "/"): value = 63
      default: return bytes
      }
      (bits, count) = (bits << 6 | UInt32(value), count + 6)
      if count >= 8 {
        count -= 8
        bytes.append(UInt8(truncatingIfNeeded: bits >> count))
      }
    }
    return bytes
  }

  /// Whether the bytes are a sequence that starts with a sequence, and are all there (X.690; RFC 5280 section 4.1). What may
  /// follow is OpenSSL's own, in a "TRUSTED CERTIFICATE".
  private static func isCertificate(_ bytes: [UInt8]) -> Bool {
    guard bytes.count > 4, bytes[0] == 0x30 else { return false }
    let lengthBytes = bytes[1] < 0x80 ? 0 : Int(bytes[1] & 0x7F)
    guard lengthBytes <= 4, bytes.count > 2 + lengthBytes, bytes[2 + lengthBytes] == 0x30 else { return false }
    let length = lengthBytes == 0 ? Int(bytes[1]) : bytes[2..<2 + lengthBytes].reduce(0) { $0 << 8 | Int($1) }
    return bytes.count >= 2 + lengthBytes + length
  }
}
