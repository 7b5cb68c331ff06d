import Config
import Platform
import Rules
import Secrets
import SourceYAML

extension DoctorCheck {
  static let secrets = DoctorCheck(subject: "secrets") { input in
    guard let configuration = input.configuration else { return [] }
    let secrets = input.secrets
    var findings: [Finding] = []
    var resolved = 0
    let scrubber = SecretScrubber()
    let survey = input.survey
    let servers = survey.servers.filter { $0.entry.switchedOffBy == nil }
    // Where each client's server is on another machine or of another user, nothing here needs the secrets.
    let areElsewhere = survey.unread.isEmpty && servers.allSatisfy { $0.route != nil }
    let elsewhere = areElsewhere ? servers.first : nil
    let own = input.ownServers.filter { $0.entry.switchedOffBy == nil }
    for place in places(input, configuration) {
      do throws(SecretFault) {
        scrubber.register(try secrets.resolve(place.reference))
        resolved += 1
      } catch {
        findings.append(finding(place, error, own, elsewhere, input))
      }
    }
    // The outputs of commands, too, which no check of the file knows.
    findings += (input.loaded?.copies(of: scrubber) ?? []).map { copy in
      let line = copy.range.map { ", in line \($0.start.line)" } ?? ""
      return .problem(copy.message + line, help: copy.help)
    }
    return (resolved > 0 ? [.fine(resolved.counted("secret resolves", "secrets resolve"))] : []) + findings
  }

  /// A secret with its owner, its place in the file, and whether a call fails without it.
  private typealias Needed = (reference: SecretReference, owner: String, place: SecretPlace?, isNeeded: Bool)

  /// - Parameters:
  ///   - own: The servers that clients launch with this configuration.
  ///   - elsewhere: One of the servers, if none of them needs the secrets that are here.
  private static func finding(
    _ secret: Needed, _ fault: SecretFault, _ own: [LaunchedServer], _ elsewhere: LaunchedServer?,
    _ input: DoctorInput
  ) -> Finding {
    if fault.kind == .environmentMissing, let variable = secret.reference.variable, let server = own.first,
      own.allSatisfy({ $0.entry.variable(variable) != nil })
    {
      return .note("\(secret.owner): \(variable) is not set here, but in \(server.name)")
    }
    let text = "\(secret.owner): \(fault.message)"
    if let elsewhere {
      let help = "not needed here: \(elsewhere.title) launches the server elsewhere, as '\(elsewhere.entry.key)'"
      return .note(text, help: help)
    }
    return Finding(
      status: secret.isNeeded ? .problem : .note, text: text,
      help: secret.place.map { SecretHelp(input.place, input.configuration).help($0, fault) }
        ?? SecretHelp.ofDefault(fault, input.arguments))
  }

  private static func places(_ input: DoctorInput, _ configuration: Configuration) -> [Needed] {
    guard let loaded = input.loaded else {
      return [(configuration.sequence.accessToken, "the access token", nil, true)]
    }
    // The default access token and the secret of a disabled rule may be missing. The sandbox makes up its own secrets.
    return loaded.secretPlaces.filter { $0.isWrittenDown || $0.isInUse }.map {
      ($0.reference, $0.owner, $0, $0.isRequired && !configuration.sandbox)
    }
  }
}
