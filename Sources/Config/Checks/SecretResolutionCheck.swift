import Rules
package import Secrets
package import SourceYAML

extension LoadedConfiguration {
  /// Resolves every secret that the file names, for `validate-config` without `--no-secrets`. Commands are checked, but not
  /// run.
  ///
  /// A fault of an unused secret (of a disabled rule, or the access token if get_accounts is off) is only a warning, and so is
  /// a missing default `SEQUENCE_ACCESS_TOKEN`, which the file does not mention.
  /// - Parameters:
  ///   - checking: The command that runs the secrets' commands.
  ///   - help: Returns the help for a fault.
  /// - Returns: The diagnostics at the references' source ranges, including two references with the same value, and at each
  ///   copy of a secret in the file.
  package func checkSecrets(
    _ resolver: SecretResolver, checking: String = "sequence-mcp secret check",
    help: (SecretPlace, SecretFault) -> String = { $1.help }
  ) -> [Diagnostic] {
    guard let source else { return [] }
    var diagnostics: [Diagnostic] = []
    var results: [SecretReference: Result<Secret?, SecretFault>] = [:]
    let secrets = SecretScrubber()
    func add(_ severity: Diagnostic.Severity, _ id: String, _ message: String, help: String, _ place: SecretPlace) {
      diagnostics.append(
        source.diagnostic(
          severity: severity, id, "\(place.owner): \(message)", help: help,
          // A default reference has no source range.
          at: place.isWrittenDown ? place.range : nil))
    }
    for place in secretPlaces where place.isWrittenDown || place.isInUse {
      let result =
        results[place.reference]
        ?? Result { () throws(SecretFault) in try resolver.resolveWithoutRunning(place.reference) }
      results[place.reference] = result
      switch result {
      case .success(let secret?):
        secrets.register(secret)
        if let doubt = SecretWarning.about(secret.reveal()) {
          add(.warning, "secret-doubtful", "the secret \(doubt.message)", help: doubt.help, place)
        }
      case .success(nil):
        guard let command = place.reference.command else { continue }
        add(
          .note, "secret-not-tried", "the command '\(command.program)' was not run",
          help: (configuration == nil ? "once the errors are corrected, " : "") + "run: \(checking)", place)
      case .failure(let fault):
        add(
          place.isRequired ? .error : .warning, fault.diagnosticID, fault.message, help: help(place, fault), place)
      }
    }
    diagnostics += copies(of: secrets)
    // Equal references were already reported when the file was read. The values are only compared, and then discarded.
    var seen: Set<SecretReference> = []
    let resolved = secretPlaces.compactMap { place in
      (try? results[place.reference]?.get()).map { (place: place, value: Array($0.reveal().utf8)) }
    }
    let distinct = resolved.filter { seen.insert($0.place.reference).inserted }
    let first = distinct.map(\.value).firstPositions
    var context = ReadingContext(file: source, paths: PathResolver(directory: "/", homeDirectory: nil))
    SharedSecretCheck.check(distinct.map(\.place), first: first, &context)
    diagnostics += context.findings
    return diagnostics.sorted { ($0.range?.start.byte ?? .max, $0.id) < ($1.range?.start.byte ?? .max, $1.id) }
  }

  /// Returns an error at each place of the file that contains a secret's own text.
  /// - Parameter secrets: Knows the secrets that the file names.
  package func copies(of secrets: SecretScrubber) -> [Diagnostic] {
    guard let source else { return [] }
    let reported = diagnostics.filter { $0.id == DiagnosticKind.inlineSecret.id }.compactMap(\.range)
    let known = (secretPlaces.filter(\.isWrittenDown).map(\.range) + reported).map { $0.start.byte..<$0.end.byte }
    return secrets.ranges(in: source.bytes).filter { copy in !known.contains { $0.overlaps(copy) } }.map { copy in
      // One of the two was copied to both places.
      let isRuleID = secretPlaces.contains { $0.ruleID?.utf8.elementsEqual(source.bytes[copy]) ?? false }
      return source.diagnostic(
        DiagnosticKind.inlineSecret.id,
        isRuleID ? "the rule's id and its secret are the same text" : "the text of a secret is in the file itself",
        help: (isRuleID
          ? "copy the one that is wrong from the rule in Sequence again"
          : "remove it: the file only names where a secret is kept") + InlineSecretCheck.afterSharing,
        at: source.range(ofBytes: copy), hidesSource: true)
    }
  }
}
