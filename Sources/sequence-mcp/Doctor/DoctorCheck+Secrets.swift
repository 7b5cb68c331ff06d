import Config
import Rules
import Secrets
import SourceYAML

extension DoctorCheck {
  /// Checks that every secret resolves.
  static let secrets = DoctorCheck("secrets") { input in
    guard let configuration = input.configuration else { return [] }
    let secrets = CallSecrets(SecretResolver(configuration.secretReferences, input.console))
    var findings: [Finding] = []
    var resolved = 0
    let scrubber = SecretScrubber()
    for place in places(input, configuration) {
      do throws(SecretFault) {
        scrubber.register(try secrets.resolve(place.reference))
        resolved += 1
      } catch {
        let status = place.isNeeded ? Finding.Status.problem : .note
        findings.append(
          Finding(
            status: status, text: "\(place.owner): \(error.message)",
            help: place.place.map { SecretHelp(input.place).help($0, error) }
              ?? "run '\(input.arguments.next(SetupCommand.self))', which asks for it and stores it; or \(error.help)"
          ))
      }
    }
    // The outputs of commands, too, which no check of the file knows.
    findings += (input.loaded?.copies(of: scrubber) ?? []).map { copy in
      let line = copy.range.map { ", in line \($0.start.line)" } ?? ""
      return Finding(status: .problem, text: copy.message + line, help: copy.help)
    }
    let count = resolved == 1 ? "1 secret resolves" : "\(resolved) secrets resolve"
    return (resolved > 0 ? [.fine(count)] : []) + findings
  }

  private static func places(
    _ input: DoctorInput, _ configuration: Configuration
  ) -> [(reference: SecretReference, owner: String, place: SecretPlace?, isNeeded: Bool)] {
    guard let loaded = input.loaded else {
      return [(configuration.sequence.accessToken, "the access token", nil, true)]
    }
    // The default access token and the secret of a disabled rule may be missing. The sandbox makes up its own secrets.
    return loaded.secretPlaces.filter { $0.isWrittenDown || $0.isInUse }.map {
      ($0.reference, $0.owner, $0, $0.isRequired && !configuration.sandbox)
    }
  }
}
