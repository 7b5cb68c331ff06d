import Config
import Platform
import Rules
import SequenceAPI

extension DoctorCheck {
  /// Checks that libcurl can be opened. A run opens it only at its first API call.
  static let library = DoctorCheck(subject: "libcurl") { _ in
    guard let fault = Prerequisites.libraryFault() else { return [.fine("can be opened")] }
    return [.problem(fault.message, help: fault.lineHelp)]
  }

  /// Checks that the certificates for verifying the API's own certificate are available.
  static let certificates = DoctorCheck(subject: "certificates") { input in
    let store = CertificateStore(environment: input.console.environment)
    guard let fault = Prerequisites.certificatesFault(store) else { return [.fine("found")] }
    return [.problem(fault.message, help: fault.lineHelp)]
  }

  /// Reports the proxy that calls go through, if the environment names one.
  static let proxy = DoctorCheck(subject: "proxy") { input in
    guard let configuration = input.configuration, !configuration.sandbox else { return [] }
    let settings = ProxySettings(environment: input.console.environment)
    guard let service = try? ServiceURL(configuration.sequence.baseURL), let proxy = settings.proxy(for: service) else {
      return []
    }
    let help = input.isOnline ? nil : "'--online' tries it"
    return [.note("calls to \(service.host) go through \(proxy.words)", help: help)]
  }

  /// Checks that the API answers and accepts the access token. Asks the API only in an online run.
  static let reachability = DoctorCheck(subject: "API") { input in
    guard let configuration = input.configuration else { return [] }
    if configuration.sandbox {
      return input.isOnline ? [.sandboxUnchecked] : []
    }
    let address = configuration.sequence.baseURL
    guard input.isOnline else {
      return [.note("\(address) was not contacted", help: "'--online' reads the accounts there")]
    }
    let check = OnlineCheck(configuration, input.console, input.secrets)
    guard check.needsAccessToken else {
      return configuration.rules.contains { $0.isEnabled && $0.api == .remote }
        ? [.note("\(address) was not contacted: only triggers go there")] : []
    }
    return check.tokenFindings(input.loaded?.secretPlaces ?? [])
  }

  /// Checks the API key and each rule of the Platform API as Sequence sees them, only in an online run.
  static let platform = DoctorCheck(subject: "Platform API") { input in
    guard input.isOnline, let configuration = input.configuration, !configuration.sandbox else { return [] }
    return OnlineCheck(configuration, input.console, input.secrets).keyFindings(input.loaded?.secretPlaces ?? [])
  }
}
