import Config
import Platform
import Rules
import SourceYAML

/// `validate-config`: everything that is wrong with a configuration, in one run.
enum ValidateConfigCommand: Subcommand {
  static let name = "validate-config"
  static let summary = "check configuration files and report everything that is wrong with them"
  static let operands = "[FILE...|-]"
  static let operandCount = 0...1024
  static let details = """
    Checks syntax, keys, types, names, templates, limits and examples, then that every secret resolves. Nothing is ever
    triggered, and without --online nothing leaves this machine. Without a FILE it checks the one that serve would use;
    '-' is standard input. Exit code 1 means that there are errors, 3 that a file could not be read.
    """
  static let examples = [
    "validate-config", "validate-config --no-secrets --format github config.yaml", "validate-config - < config.yaml",
  ]

  static let format = Option.choice(
    "--format", DiagnosticReport.Format.allCases.map(\.rawValue), "the output format (default: text)")
  static let strict = Option.flag("--strict", "exit with 1 on warnings, too")
  static let noSecrets = Option.flag(
    "--no-secrets", "check for another machine, as in CI: no secrets; owners and modes are only notes")
  static let online = Option.flag("--online", "also ask the API; nothing is ever triggered")
  static let quiet = Option.flag("--quiet", "print nothing; see the exit code")
  static let options = [Option.config, format, strict, noSecrets, online, quiet]

  static func run(_ arguments: ParsedArguments, _ console: Console) throws(CommandError) -> ExitCode {
    guard arguments.operands.isEmpty || arguments[.config] == nil else {
      throw .usage("give either FILE or --config, not both")
    }
    let check = ConfigurationCheck(
      console: console, checksSecrets: !arguments.has(noSecrets), isOnline: arguments.has(online))
    let findings = try check.run(named: arguments.operands, option: arguments[.config])
    var exitCode = findings.exitCode
    let hasErrors = findings.diagnostics.contains { $0.severity == .error }
    if hasErrors || (arguments.has(strict) && findings.diagnostics.contains { $0.severity == .warning }) {
      exitCode = max(exitCode, .judgedBad)
    }
    if !arguments.has(quiet) {
      let report = DiagnosticReport(
        fileNames: findings.fileNames, sources: findings.sources, diagnostics: findings.diagnostics,
        isValid: exitCode == .success)
      console.outRaw(
        report.render(
          arguments[format].flatMap(DiagnosticReport.Format.init) ?? .text, isColored: console.isColored,
          rules: DiagnosticRules.all.map {
            DiagnosticRuleDescription(id: $0.id, summary: $0.summary, help: $0.explanation)
          },
          toolVersion: CommandLineInterface.version))
      if exitCode == .success, arguments[format] ?? "text" == "text" {
        for (name, configuration) in findings.configurations {
          let summary = RuleWords.summary(of: configuration, tools: Host.toolCount(of: configuration))
          let line = (findings.fileNames.count > 1 ? "\(VisibleText.escaped(name)): " : "") + "ready: \(summary)"
          // Into a pipe or a file it stays one line.
          if console.isTerminal { console.say(line) } else { console.out(line) }
        }
      }
    }
    return exitCode
  }
}
