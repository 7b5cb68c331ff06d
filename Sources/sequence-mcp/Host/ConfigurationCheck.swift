import Config
import CSystem
import Platform
import Rules
import Secrets
import SequenceAPI
import SourceYAML

/// What `validate-config` does with each file: read it, check it, look at its secrets, and try them where that is wanted.
struct ConfigurationCheck {
  let console: Console
  let checksSecrets: Bool
  let isOnline: Bool

  /// What all files came to.
  struct Findings {
    var fileNames: [String] = []
    var sources: [SourceFile] = []
    var diagnostics: [Diagnostic] = []
    /// The files without errors, by their names.
    var configurations: [(name: String, configuration: Configuration)] = []
    /// `success`, or `unusable` where a file or the network could not be used.
    var exitCode = ExitCode.success
  }

  /// - Parameters:
  ///   - names: files, or `-`; none for the file that `serve` would use.
  ///   - option: the value of `--config`, which stands for a file.
  func run(named names: [String], option: String?) throws(CommandError) -> Findings {
    var findings = Findings()
    let names = names.isEmpty ? try defaultNames(option, &findings) : names
    var files: [LoadedConfiguration] = []
    for name in names {
      files.append(name == "-" ? try standardInput() : loader.load(path: name))
    }
    ProcessHardening.hideMemory()
    for (name, loaded) in zip(names, files) { add(loaded, name == "-" ? "<stdin>" : name, to: &findings) }
    return findings
  }

  /// Without secrets a file is judged for another machine, whose owners and modes are not known here.
  private var loader: ConfigurationLoader {
    ConfigurationInput.loader(console, ownership: checksSecrets ? .error : .note)
  }

  /// The file that `serve` would use; a finding where there is none.
  private func defaultNames(_ option: String?, _ findings: inout Findings) throws(CommandError) -> [String] {
    switch ConfigurationLocator(environment: console.environment, accountHome: console.accountHome).locate(
      option: option)
    {
    case .named(let path), .found(let path): return [path]
    case .none(let searched):
      let path = searched.first ?? "config.yaml"
      findings.exitCode = .unusable
      findings.fileNames.append(path)
      findings.diagnostics.append(
        Diagnostic(
          rule: DiagnosticRule.configUnreadable.id,
          message:
            "there is no configuration file; --config and $SEQUENCE_MCP_CONFIG name none, and this one is not there",
          help: "'sequence-mcp init' writes one to start from", file: path, range: nil))
      return []
    }
  }

  private func standardInput() throws(CommandError) -> LoadedConfiguration {
    do throws(SystemError) {
      let bytes = try FileDescriptor.readAll(STDIN_FILENO, limit: YAMLDocument.maximumBytes)
      return ConfigurationInput.loader(console)
        .check(source: SourceFile(name: "<stdin>", bytes: bytes), directory: FilePath.absolute(""))
    } catch {
      throw .unusable("standard input cannot be read: \(error)")
    }
  }

  private func add(_ loaded: LoadedConfiguration, _ name: String, to findings: inout Findings) {
    findings.fileNames.append(name)
    if let source = loaded.source { findings.sources.append(source) }
    findings.diagnostics += loaded.diagnostics
    if loaded.isUnreadable { findings.exitCode = .unusable }
    let resolver = SecretResolver(
      environment: console.environment, scrubber: SecretScrubber(),
      references: loaded.configuration?.secretReferences ?? [])
    if checksSecrets { findings.diagnostics += loaded.checkSecrets(resolver) }
    if let configuration = loaded.configuration { findings.configurations.append((name, configuration)) }
    guard isOnline, let configuration = loaded.configuration else { return }
    let report = PlatformInspection.report(of: configuration, resolver, environment: console.environment)
    for finding in report?.findings ?? [] {
      findings.diagnostics.append(
        Diagnostic(
          severity: finding.rule.severity, rule: finding.rule.id, message: finding.message, help: finding.help,
          file: name, range: nil))
      if finding.isUnreachable { findings.exitCode = .unusable }
    }
    guard configuration.usesRemoteAPI(resolver) else { return }
    if let failure = OnlineCheck.failure(of: configuration, resolver, environment: console.environment) {
      findings.diagnostics.append(
        Diagnostic(
          rule: DiagnosticRule.onlineFailed.id, message: failure.message, help: failure.help, file: name, range: nil))
      if failure.statusCode == nil { findings.exitCode = .unusable }
    }
  }
}
