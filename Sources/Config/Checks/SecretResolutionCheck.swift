import Rules
package import Secrets
package import SourceYAML

extension LoadedConfiguration {
  /// Resolves every secret that the file names, for `validate-config` without `--no-secrets`. Commands are checked, but not run.
  ///
  /// A fault of an unused secret (of a disabled rule, or the access token if get_accounts is off) is only a warning, and so is
  /// a missing default `SEQUENCE_ACCESS_TOKEN`, which the file does not mention.
  /// - Parameters:
  ///   - checking: The command that runs the secrets' commands.
  ///   - help: Returns the help for a fault.
  /// - Returns: The diagnostics at the references' source ranges, including two references with the same value, and at each copy of
  ///   a secret in the file.
  package func checkSecrets(
    _ resolver: SecretResolver, checking: String = "sequence-mcp secret check",
    help: (SecretPlace, SecretFault) -> String = { $1.help }
  ) -> [Diagnostic] {
    guard let source else { return [] }
    var diagnostics: [Diagnostic] = []
    var faults: [SecretReference: SecretFault] = [:]
    var values: [SecretReference: [UInt8]] = [:]
    let secrets = SecretScrubber()
    for place in secretPlaces where place.isWrittenDown || place.isInUse {
      if values[place.reference] == nil, faults[place.reference] == nil {
        do throws(SecretFault) {
          // Only compared, and discarded when this function returns.
          values[place.reference] = try resolver.resolveWithoutRunning(place.reference).map { secret in
            secrets.register(secret)
            return Array(secret.reveal().utf8)
          }
        } catch {
          faults[place.reference] = error
        }
      }
      guard let fault = faults[place.reference] else {
        if let doubt = values[place.reference].flatMap({ SecretWarning.about(String(decoding: $0, as: UTF8.self)) }) {
          diagnostics.append(
            Diagnostic(
              severity: .warning, id: "secret-doubtful",
              message: "\(place.owner): the secret \(doubt.problem)", help: doubt.help,
              file: source.name, range: place.isWrittenDown ? place.range : nil))
        }
        if let command = place.reference.command, values[place.reference] == nil {
          diagnostics.append(
            Diagnostic(
              severity: .note, id: "secret-not-tried",
              message: "\(place.owner): the command '\(command.program)' was not run",
              help: (configuration == nil ? "once the errors are corrected, " : "") + "'\(checking)' runs it",
              file: source.name,
              range: place.isWrittenDown ? place.range : nil))
        }
        continue
      }
      diagnostics.append(
        Diagnostic(
          severity: place.isRequired ? .error : .warning, id: fault.diagnosticID,
          message: "\(place.owner): \(fault.message)", help: help(place, fault), file: source.name,
          // A default reference has no source range.
          range: place.isWrittenDown ? place.range : nil))
    }
    diagnostics += copies(of: secrets)
    // Equal references were already reported when the file was read.
    var seen: Set<SecretReference> = []
    let places = secretPlaces.filter { values[$0.reference] != nil && seen.insert($0.reference).inserted }
    let first = places.map { values[$0.reference] ?? [] }.firstPositions
    SharedSecretCheck.check(places, first: first) { kind, message, help, range, related in
      diagnostics.append(
        Diagnostic(
          severity: kind.severity, id: kind.id, message: message, help: help, file: source.name, range: range,
          related: related.map { Diagnostic.Related(message: $0.message, file: source.name, range: $0.range) }))
    }
    return diagnostics.sorted { ($0.range?.start.byte ?? .max, $0.id) < ($1.range?.start.byte ?? .max, $1.id) }
  }

  /// Returns an error at each place of the file that contains a secret's own text.
  /// - Parameter secrets: Knows the secrets that the file names.
  package func copies(of secrets: SecretScrubber) -> [Diagnostic] {
    guard let source else { return [] }
    let reported = diagnostics.filter { $0.id == DiagnosticKind.inlineSecret.id }.compactMap(\.range)
    let known = (secretPlaces.filter(\.isWrittenDown).map(\.range) + reported).map { $0.start.byte..<$0.end.byte }
    return secrets.ranges(in: source.bytes).filter { copy in !known.contains { $0.overlaps(copy) } }.map { copy in
      Diagnostic(
        id: DiagnosticKind.inlineSecret.id, message: "the text of a secret is in the file itself",
        help: "remove it: the file only names where a secret is kept; if the file was ever shared, make a new secret",
        file: source.name, range: source.range(ofBytes: copy), hidesSource: true)
    }
  }
}
