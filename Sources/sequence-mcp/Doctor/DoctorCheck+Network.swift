import Config
import Platform
import Rules
import Secrets
import SequenceAPI
import SourceYAML

extension DoctorCheck {
  /// Checks that libcurl can be opened. A run opens it only at its first API call.
  static let library = DoctorCheck { _ in
    guard let fault = Prerequisites.libraryFault() else { return [.fine("libcurl", "can be opened")] }
    return [.problem("libcurl", fault.message, help: fault.lineHelp)]
  }

  /// Checks that the certificates for verifying the API's own certificate are available.
  static let certificates = DoctorCheck { input in
    let store = CertificateStore(environment: input.console.environment)
    guard let fault = Prerequisites.certificatesFault(store) else { return [.fine("certificates", "found")] }
    return [.problem("certificates", fault.message, help: fault.lineHelp)]
  }

  /// Reports the proxy that calls go through, if the environment names one.
  static let proxy = DoctorCheck { input in
    guard let configuration = input.configuration, !configuration.sandbox else { return [] }
    let settings = ProxySettings(environment: input.console.environment)
    guard let service = try? ServiceURL(configuration.sequence.baseURL), let proxy = settings.proxy(for: service) else {
      return []
    }
    return [
      .note(
        "proxy", "calls to \(service.host) go through \(proxy.words)",
        help: input.isOnline ? nil : "'--online' tries it")
    ]
  }

  /// Checks that the API answers and accepts the access token. Asks the API only in an online run.
  static let reachability = DoctorCheck { input in
    guard let configuration = input.configuration else { return [] }
    if configuration.sandbox {
      return input.isOnline ? [.note("API", "not checked: no call of this configuration goes to Sequence")] : []
    }
    let address = configuration.sequence.baseURL
    guard input.isOnline else {
      return [.note("API", "\(address) was not contacted", help: "'--online' reads the accounts there")]
    }
    let environment = input.console.environment
    let resolver = SecretResolver(configuration.secretReferences, input.console)
    guard configuration.needsAccessToken(resolver) else {
      return configuration.rules.contains { $0.isEnabled && $0.api == .remote }
        ? [.note("API", "\(address) was not contacted: only triggers go there")] : []
    }
    guard let fault = OnlineCheck.failure(of: configuration, resolver, environment: environment) else {
      return [.fine("API", "\(address) answers and accepts the access token")]
    }
    var finding = Finding.problem("API", "\(address): \(fault.code): \(fault.message)", help: fault.lineHelp)
    finding.isUnusable = fault.isUnreachable
    return [finding]
  }
}

extension DoctorCheck {
  /// Checks the API key and each rule of the Platform API as Sequence sees them, only in an online run.
  static let platform = DoctorCheck { input in
    guard input.isOnline, let configuration = input.configuration, !configuration.sandbox else { return [] }
    let environment = input.console.environment
    let resolver = SecretResolver(configuration.secretReferences, input.console)
    guard let report = PlatformInspection.report(of: configuration, resolver, environment: environment) else {
      return []
    }
    let address = configuration.sequence.platform.baseURL
    return report.lines("Platform API", fine: "\(address) answers and accepts the API key")
  }
}

extension PlatformInspection.Report {
  /// Returns the lines of the report for `doctor`.
  /// - Parameter fine: The text for a key that Sequence accepts.
  func lines(_ subject: String, fine: String) -> [Finding] {
    let isKeyFine = !findings.contains { $0.kind.id == DiagnosticKind.onlineKey.id }
    let found = findings.map { finding in
      Finding(
        status: finding.kind.severity == .error ? .problem : .note, subject: subject, text: finding.message,
        help: finding.help?.asLineEnd, isUnusable: finding.isUnreachable)
    }
    return (isKeyFine ? [.fine(subject, fine)] : []) + found + unproven.map { .note(subject, "not known: \($0)") }
  }
}

extension SequenceAPIError {
  /// The help as a phrase that ends a line.
  var lineHelp: String { help.asLineEnd }
}

extension String {
  /// The sentence as a phrase that ends a line: in lower case and without the final period.
  fileprivate var asLineEnd: String {
    let text = prefix(1).lowercased() + dropFirst()
    return text.hasSuffix(".") ? String(text.dropLast()) : text
  }
}
