import JSON
import Platform
import Rules
import SourceYAML

/// A check that a base URL is https, or plain http to a loopback address, and nothing but the address of an API.
enum BaseURLCheck {
  /// The keywords of its schema.
  static var keywords: [(String, JSONValue)] { [("pattern", "^[Hh][Tt][Tt][Pp][Ss]?://.+$")] }

  /// - Parameters:
  ///   - standard: Sequence's own address, for the help.
  ///   - credential: The key that refers to the API's credential.
  static func check(
    _ located: Located<String>?, standard: String, credential: String, _ context: inout ReadingContext
  ) {
    guard let located, let url = located.value else { return }
    do throws(ServiceURLFault) {
      _ = try ServiceURL(url)
      guard isOfSequence(url) else {
        if Suggestion.nearest(to: host(of: url), among: [host(of: standard)]) != nil {
          context.report(
            .badBaseURL, severity: .warning, "this is not an address of Sequence, but looks like one",
            help: "write '\(standard)'; whoever has the other address gets the secrets", at: located.range)
        }
        return
      }
      if [standard, standard + "/", standard + ":443"].contains(where: { url.lowercased().hasSameBytes(as: $0) }) {
        return
      }
      context.report(
        .badBaseURL, severity: .warning, "this is an address of Sequence, but not that of the API",
        help: "write '\(standard)'", at: located.range)
    } catch {
      // An excerpt would show the user name and password, which may be there in any invalid URL: with '@' encoded, or left
      // out, they are read as the host and its port.
      if url.utf8.contains(UInt8(ascii: "@")) || [.badHost, .badPort].contains(error) { context.hide(located.range) }
      let (kind, help): (DiagnosticKind, String) =
        switch error {
        case .notHTTPS, .plainHTTP: (.baseURLNotHTTPS, "write 'https://', for Sequence itself '\(standard)'")
        case .userInformation:
          (.baseURLCredentials, "secrets are given as references: \(credential): {env: NAME}")
        case .forbiddenCharacter, .queryOrFragment, .badHost, .badPort: (.badBaseURL, "write it as '\(standard)'")
        }
      context.report(kind, "'base_url' cannot be used: \(error.description)", help: help, at: located.range)
    }
  }

  private static func isOfSequence(_ url: String) -> Bool {
    let host = host(of: url)
    return host == "getsequence.io" || host.hasSuffix(".getsequence.io")
  }

  private static func host(of url: String) -> String {
    String(url.lowercased().dropFirst("https://".utf8.count).prefix { !"/:".contains($0) })
  }
}

extension DiagnosticKind {
  static let baseURLNotHTTPS = DiagnosticKind(
    "base-url-not-https", .error, "a base URL that is not https",
    "Secrets travel in headers of each request, so the address must be https. Plain http is allowed only for this machine "
      + "(127.0.0.1, [::1], localhost), where the sandbox runs.",
    example: DiagnosticExample.top("sequence:\n  base_url: ⟦http://api.getsequence.io→https://api.getsequence.io⟧"))

  static let baseURLCredentials = DiagnosticKind(
    "base-url-credentials", .error, "a user name or password in a base URL",
    "The base URL appears in messages and logs, so it cannot hold a secret. The API's credential is a reference to a secret: "
      + "access_token, api_secret or api_key.",
    example: DiagnosticExample.top(
      "sequence:\n  base_url: ⟦https://ann:not-a-real-password@api.getsequence.io→https://api.getsequence.io⟧"))

  static let badBaseURL = DiagnosticKind(
    "bad-base-url", .error, "a base URL that is not the address of an API",
    "A base URL is https:// and a host, with a port and a path if needed. Each request's own path is added to it, so it has no "
      + "'?' or '#'. Unusual spellings of a host are refused, because programs disagree about what they mean.",
    example: DiagnosticExample.top(
      "sequence:\n  base_url: ⟦https://api.getsequence.io?version=2→https://api.getsequence.io⟧"))
}
