import Config
import CSystem
import Platform
import Rules
import Secrets

/// Proves of a route by sudo that the server answers, that nothing else runs as its user or as root without a password, and that its
/// secrets cannot be read from here.
struct UserProof {
  let route: UserRoute
  let proof: SeparationProof
  let loader: ConfigurationLoader

  var findings: [Finding] {
    let (greeting, _) = proof.greet(route.words)
    return [answer(greeting)] + tries + files + [
      .note(
        SeparationProof.subject, "no window can ask you: it would be \(route.user)'s",
        remedy: "a rule asks in the client, or by: sudo -u \(route.user) \(route.program) approve"
          + (route.configuration.map { " --config \($0)" } ?? ""))
    ]
  }

  private func answer(_ greeting: SeparationProof.Greeting) -> Finding {
    switch greeting {
    case .failed(let reason):
      .problem(
        SeparationProof.subject, "the server as \(route.user) does not answer: \(reason)",
        remedy: "the steps are printed by: sequence-mcp client-config mcp-json --run-as \(route.user)")
    case .answered(["configuration_error"]):
      .problem(
        SeparationProof.subject, "the server as \(route.user) answers, but its configuration is not valid",
        remedy: "run: sudo -u \(route.user) \(route.program) validate-config \(route.configuration ?? "")")
    case .answered(let tools):
      .fine(
        SeparationProof.subject,
        "the server as \(route.user) answers, with \(tools.count == 1 ? "1 tool" : "\(tools.count) tools")")
    }
  }

  /// sudo's own word that a password is needed, or that a command is not allowed (sudo 1.9).
  private static func isRefusal(_ report: ChildProcess.Report) -> Bool {
    ["password is required", "not allowed to", "may not run sudo", "is not in the sudoers file", "unknown user"]
      .contains {
        SeparationProof.contains(report.errorOutput, $0)
      }
  }

  private var tries: [Finding] {
    let configuration = ["--config", route.configuration ?? UserRoute.configurationPath]
    let mark = ["printf", "sequence-%s-probe\\n", "mcp"]
    func attempt(_ what: String, _ words: [String]) -> Finding {
      proof.judge(words) { Self.isRefusal($0) ? .refused : $0.ending == .timedOut ? nil : .allowed }
        .finding(
          what, remedy: "leave only the line that 'client-config --run-as' prints in sudoers, and no NOPASSWD for more")
    }
    return [
      attempt(
        "approving calls as \(route.user) without a password",
        route.attempt([route.program, "approve"] + configuration)),
      attempt(
        "settling calls as \(route.user) without a password", route.attempt([route.program, "settle"] + configuration)),
      attempt(
        "serving another configuration as \(route.user)",
        route.attempt([route.program, "serve", "--config", "/dev/null"])),
      attempt(
        "serving with another ledger as \(route.user)",
        route.attempt([route.program] + route.arguments + ["--state-dir", "/nonexistent"])),
      attempt("another program as \(route.user)", route.attempt(["/usr/bin/env"] + mark)),
      attempt("a shell as \(route.user)", route.attempt(["/bin/sh", "-c", "exit 0"])),
      attempt("anything as root without a password", UserRoute.rootAttempt(["/usr/bin/env"] + mark)),
    ]
  }

  /// What this user could read or replace.
  private var files: [Finding] {
    let path = route.configuration ?? UserRoute.configurationPath
    var findings: [Finding] = []
    for (what, path) in [("the program", route.program), ("the configuration", path)] {
      if let fault = UserRoute.fault(path, subject: "it") {
        findings.append(
          .problem(
            SeparationProof.subject, "\(what) \(path) can be replaced by others than root: \(fault)",
            remedy: "run: sudo chown root \(ShellWord.quoted(path)) && sudo chmod go-w \(ShellWord.quoted(path))"))
      }
    }
    if findings.isEmpty {
      findings.append(.fine(SeparationProof.subject, "only root can replace the program and the configuration"))
    }
    guard let configuration = loader.load(path: path).configuration else {
      return findings + [
        .note(SeparationProof.subject, "\(path) cannot be read here, so its secrets were not tried one by one")
      ]
    }
    var readable: [String] = []
    var tried = 0
    for case .file(let secret) in Set(configuration.secretReferences) {
      tried += 1
      if access(secret, R_OK) == 0 { readable.append(secret) }
    }
    if let state = configuration.stateDirectory, access(state, W_OK) == 0 { readable.append(state) }
    if readable.isEmpty {
      let count = tried == 1 ? "1 secret file" : "\(tried) secret files"
      return findings + [
        .fine(SeparationProof.subject, "cannot be read from here: \(count), and the ledger cannot be changed")
      ]
    }
    return findings
      + readable.sorted().map {
        .problem(
          SeparationProof.subject, "\($0) can be used from here",
          remedy:
            "run: sudo chown -R \(route.user) \(ShellWord.quoted($0)) && sudo chmod -R go-rwx \(ShellWord.quoted($0))")
      }
  }
}
