package import Platform

/// The proxy between this machine and the API, from the environment. libcurl could read the variables itself; they are read
/// once here, so that a later change cannot redirect a request.
package struct ProxySettings: Sendable {
  /// The proxy's URL, which may contain a password and is never shown. Empty if there is none.
  let url: String
  /// The hosts that are called directly, in the format of `NO_PROXY`.
  let exceptions: String
  private let variable: String

  /// - Parameter environment: `https_proxy`, `HTTPS_PROXY`, `all_proxy`, `ALL_PROXY` in this order, and `no_proxy`,
  ///   `NO_PROXY`, as libcurl reads them.
  package init(environment: [String: String]) {
    func first(_ names: String...) -> (name: String, value: String)? {
      names.lazy.compactMap { name in environment[name].map { (name, $0) } }.first { !$0.1.isEmpty }
    }
    let proxy = first("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY")
    variable = proxy?.name ?? ""
    url = proxy?.value ?? ""
    exceptions = first("no_proxy", "NO_PROXY")?.value ?? ""
  }

  /// A proxy as messages describe it, without its password.
  package struct Proxy: Sendable, Hashable {
    /// The environment variable that sets it.
    package let variable: String
    /// The host and port; nil if the variable's value has none that can be shown.
    package let host: String?
    /// Whether the connection to the proxy uses TLS, with a certificate of the proxy.
    let isEncrypted: Bool
    /// Whether it looks up the server's name itself, so that this machine looks up only the proxy's name.
    let looksUpNames: Bool

    /// `the proxy proxy.example:3128 (set by HTTPS_PROXY)`
    package var words: String { "the proxy\(host.map { " " + $0 } ?? "") (set by \(variable))" }
  }

  /// Returns the proxy for requests to the service, or nil if there is none. Exceptions in network notation (`10.0.0.0/8`) are
  /// ignored, because they apply to hosts given by address.
  package func proxy(for service: ServiceURL) -> Proxy? {
    guard !url.isEmpty, !service.isLoopback, !isException(service.host) else { return nil }
    var rest = url.lowercased().utf8[...]
    var scheme = "http"
    if let mark = rest.firstIndex(of: UInt8(ascii: ":")), rest[mark...].starts(with: "://".utf8) {
      scheme = String(rest[..<mark]) ?? ""
      rest = rest[mark...].dropFirst(3)
    }
    return Proxy(
      variable: variable, host: ProxySettings.host(rest), isEncrypted: scheme == "https",
      looksUpNames: ["http", "https", "socks4a", "socks5h"].contains(scheme))
  }

  /// Whether `NO_PROXY` contains the host or a domain that it belongs to.
  private func isException(_ host: String) -> Bool {
    exceptions.lowercased().utf8.split { $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: " ") }.contains { entry in
      let name = entry.first == UInt8(ascii: ".") ? entry.dropFirst() : entry
      if name.elementsEqual("*".utf8) { return true }
      guard !name.isEmpty, host.utf8.count >= name.count, host.utf8.suffix(name.count).elementsEqual(name) else {
        return false
      }
      return host.utf8.count == name.count || host.utf8.dropLast(name.count).last == UInt8(ascii: ".")
    }
  }

  /// Returns the host and port: the text after the last `@`, if it looks like them. A password with unusual characters must not
  /// be mistaken for a host.
  private static func host(_ text: Substring.UTF8View) -> String? {
    let start = text.lastIndex(of: UInt8(ascii: "@")).map { text.index(after: $0) } ?? text.startIndex
    let host = text[start...].prefix { !"/?#".utf8.contains($0) }
    let isName = host.allSatisfy { $0.isASCIIAlphanumeric || ".-_:[]".utf8.contains($0) }
    let port = host.lastIndex(of: UInt8(ascii: ":")).map { host[$0...].dropFirst() }
    let isPort = port.map { $0.count <= 5 && $0.allSatisfy(\.isASCIIDigit) } ?? true
    return isName && (isPort || host.last == UInt8(ascii: "]")) && (1...260).contains(host.count) ? String(host) : nil
  }
}
