import Platform
import Rules
import SourceYAML

/// A check that a base URL is https, or plain http to a loopback address.
enum BaseURLCheck {
  static func check(_ located: Located<String>?, _ context: inout ReadingContext) {
    guard let located, let url = located.value else { return }
    do throws(ServiceURLFault) {
      _ = try ServiceURL(url)
    } catch {
      // An excerpt would show the user name and password.
      if case .userInformation = error { context.hide(located.range) }
      context.report(.badBaseURL, "base_url cannot be used: \(error.description)", help: error.help, at: located.range)
    }
  }
}

extension DiagnosticRule {
  static let badBaseURL = DiagnosticRule(
    "base-url-not-https", .error, "a URL that secrets may not be sent to",
    "Secrets travel in headers of each request, so the address must be https. Plain http is for this machine only "
      + "(127.0.0.1, [::1], localhost), as the sandbox uses it.",
    bad: DiagnosticExample.top("sequence:\n  base_url: ⟦http://api.getsequence.io⟧"),
    good: DiagnosticExample.top("sequence:\n  base_url: https://api.getsequence.io"))
}
