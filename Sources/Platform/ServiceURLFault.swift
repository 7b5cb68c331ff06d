/// Why a text is no base URL that secrets may be sent to.
package enum ServiceURLFault: Error, Sendable, Hashable, CustomStringConvertible {
  /// A space, a control character, a backslash or something outside ASCII.
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

  /// What is wrong, in lower case, to follow "base_url: ".
  package var description: String {
    switch self {
    case .forbiddenCharacter: "only visible ASCII characters may stand in it, and no backslash"
    case .notHTTPS: "it must start with 'https://'"
    case .plainHTTP(let host):
      "plain 'http' would send secrets to '\(host)' unencrypted; it is for '127.0.0.1', '[::1]' and 'localhost' only"
    case .userInformation: "a user name or password ('…@') may not stand in it"
    case .queryOrFragment: "'?' and '#' may not stand in it"
    case .badHost: "the host is no DNS name, IPv4 address in four decimal numbers, or IPv6 address in brackets"
    case .badPort: "the port must be a number from 1 to 65535"
    }
  }

  /// What to write instead.
  package var help: String {
    switch self {
    case .plainHTTP, .notHTTPS: "write 'https://', for Sequence itself 'https://api.getsequence.io'"
    case .userInformation: "secrets are given as references: access_token: {env: NAME}"
    case .forbiddenCharacter, .queryOrFragment, .badHost, .badPort: "write it as 'https://api.getsequence.io'"
    }
  }
}
