import CSystem

/// The base URL of a service that receives secrets: `https`, or plain `http` to this machine only, without user information,
/// query or fragment.
///
/// `text` is rebuilt from the parsed parts, so that no other parser, such as libcurl, can see a host other than the one
/// validated here.
package struct ServiceURL: Sendable, Hashable, CustomStringConvertible {
  /// The protocol of the connection.
  package enum Scheme: String, Sendable, Hashable {
    case http, https
  }

  package let scheme: Scheme
  /// Lowercase; an IPv6 address without its brackets.
  package let host: String
  /// 1 to 65535; nil for the scheme's default, even if it was written out.
  package let port: Int?
  /// Empty, or a path with a leading slash and no trailing slash.
  package let path: String

  /// Whether the host is a literal loopback name: `127.0.0.0/8` in dotted decimal, `::1` or `localhost`.
  package let isLoopback: Bool

  /// `host`, `host:port` or `[::1]:port`, for URLs and messages.
  package var authority: String {
    let name = host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]" : host
    return port.map { "\(name):\($0)" } ?? name
  }

  /// The whole URL, without a trailing slash.
  package var text: String { "\(scheme.rawValue)://\(authority)\(path)" }

  package var description: String { text }

  /// Parses and validates a URL from the configuration.
  /// - Throws: The first `ServiceURLFault` found.
  package init(_ text: String) throws(ServiceURLFault) {
    guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") }) else {
      throw .forbiddenCharacter
    }
    guard let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")), text[colon...].utf8.starts(with: "://".utf8),
      let scheme = Scheme(rawValue: text[..<colon].lowercased())
    else { throw .notHTTPS }
    let rest = text[colon...].dropFirst(3)
    let slash = rest.utf8.firstIndex { "/?#".utf8.contains($0) } ?? rest.endIndex
    let authority = rest[..<slash]
    guard !authority.utf8.contains(UInt8(ascii: "@")) else { throw .userInformation }
    guard !rest.utf8.contains(UInt8(ascii: "?")), !rest.utf8.contains(UInt8(ascii: "#")) else { throw .queryOrFragment }
    let (host, portText) = ServiceURL.split(authority)
    let name = String(host).lowercased()
    if name.utf8.first == UInt8(ascii: "[") {
      let address = String(name.utf8.dropFirst().dropLast()) ?? ""
      guard name.utf8.last == UInt8(ascii: "]"), ServiceURL.ipv6(address) != nil else { throw .badHost }
      self.host = address
    } else {
      guard ServiceURL.isHostName(name) else { throw .badHost }
      self.host = name
    }
    let number = try portText.map { digits throws(ServiceURLFault) in
      guard digits.utf8.count <= 5, digits.utf8.allSatisfy(\.isASCIIDigit), let number = Int(digits),
        1...65535 ~= number
      else { throw .badPort }
      return number
    }
    port = number == (scheme == .https ? 443 : 80) ? nil : number
    self.scheme = scheme
    var path = rest[slash...]
    while path.utf8.last == UInt8(ascii: "/") { path = path.dropLast() }
    self.path = String(path)
    isLoopback = ServiceURL.isLoopback(self.host)
    if scheme == .http && !isLoopback { throw .plainHTTP(host: self.host) }
  }

  /// Splits the authority at the port's colon. The host keeps its brackets.
  private static func split(_ authority: Substring) -> (host: Substring, port: Substring?) {
    let start = authority.utf8.lastIndex(of: UInt8(ascii: "]")) ?? authority.startIndex
    guard let colon = authority[start...].utf8.firstIndex(of: UInt8(ascii: ":")) else { return (authority, nil) }
    return (authority[..<colon], authority[authority.utf8.index(after: colon)...])
  }

  /// Whether the name is a DNS name or a dotted-decimal IPv4 address. Other spellings of an address (`127.1`, `0x7f000001`,
  /// `2130706433`, `0177.0.0.1`) are refused because parsers disagree about them.
  private static func isHostName(_ name: String) -> Bool {
    let labels = name.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard name.utf8.count <= 253, let last = labels.last else { return false }
    let areLabels = labels.allSatisfy { label in
      (1...63).contains(label.count)
        && label.allSatisfy { $0.isASCIIAlphanumeric || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") }
    }
    guard areLabels else { return false }
    return last.first?.isASCIIDigit == true ? ipv4(name) != nil : true
  }

  private static func isLoopback(_ host: String) -> Bool {
    if host == "localhost" { return true }
    if let bytes = ipv4(host) { return bytes[0] == 127 }
    return ipv6(host) == Array(repeating: 0, count: 15) + [1]
  }

  /// Returns the four bytes of a dotted-decimal IPv4 address.
  private static func ipv4(_ text: String) -> [UInt8]? {
    let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard parts.count == 4 else { return nil }
    let bytes = parts.compactMap { part -> UInt8? in
      guard (1...3).contains(part.count), part.allSatisfy(\.isASCIIDigit),
        part.count == 1 || part.first != UInt8(ascii: "0")
      else { return nil }
      return UInt8(String(part) ?? "")
    }
    return bytes.count == 4 ? bytes : nil
  }

  /// Returns the sixteen bytes of an IPv6 address without a zone.
  private static func ipv6(_ text: String) -> [UInt8]? {
    var address = in6_addr()
    guard inet_pton(AF_INET6, text, &address) == 1 else { return nil }
    return withUnsafeBytes(of: &address) { Array($0) }
  }
}

/// The reason a text is not accepted as a base URL for secrets.
package enum ServiceURLFault: Error, Sendable, Hashable, CustomStringConvertible {
  /// A space, a control character, a backslash or a non-ASCII character.
  case forbiddenCharacter
  /// Neither `https://` nor `http://`.
  case notHTTPS
  /// `http://` to another machine.
  case plainHTTP(host: String)
  /// `user:password@`.
  case userInformation
  case queryOrFragment
  case badHost
  case badPort

  /// The message that follows `base_url: `, in lower case.
  package var description: String {
    switch self {
    case .forbiddenCharacter: "it may contain only visible ASCII characters and no backslash"
    case .notHTTPS: "it must start with 'https://'"
    case .plainHTTP(let host):
      "plain 'http' would send secrets to '\(host)' unencrypted; it is allowed only for '127.0.0.1', '[::1]' and 'localhost'"
    case .userInformation: "it may not contain a user name or password ('…@')"
    case .queryOrFragment: "it may not contain '?' or '#'"
    case .badHost: "the host is not a DNS name, an IPv4 address in four decimal numbers, or an IPv6 address in brackets"
    case .badPort: "the port must be a number from 1 to 65535"
    }
  }
}

/// The encoding of text in URLs (RFC 3986 section 2).
package enum PercentEncoding {
  /// Returns the text with `%XX` in place of every byte that is not unreserved.
  /// - Parameter kept: Other characters that stay as they are.
  package static func encode(_ text: String, keeping kept: String = "") -> String {
    var bytes: [UInt8] = []
    for byte in text.utf8 {
      if byte.isASCIIAlphanumeric || "-._~".utf8.contains(byte) || kept.utf8.contains(byte) {
        bytes.append(byte)
      } else {
        bytes += ("%" + byte.padded(2, radix: 16, uppercase: true)).utf8
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
