import Config
import Platform
import Rules
import Secrets
import SequenceAPI

extension DoctorCheck {
  /// Checks the time zone, which determines `$today` and the days of reports.
  static let timeZone = DoctorCheck(subject: "time zone") { input in
    guard let fault = SystemZone.fault(environment: input.console.environment) else { return [] }
    let effect = "so '$today' and the days in reports are in UTC"
    switch fault {
    case .missing:
      let help = "set TZ where the server is started, such as TZ=America/New_York"
      return [.note("none is set here, \(effect)", help: help)]
    case .unknown(let name):
      let text = "TZ is '\(VisibleText.escaped(name, limit: 100))', which this machine does not know, \(effect)"
      return [.note(text, help: "correct it, or install the time zones (tzdata)")]
    }
  }

  /// Reports variables that this run has and a client's bare environment lacks: most clients pass on little but HOME and PATH.
  static let environment = DoctorCheck(subject: "environment") { input in
    guard let configuration = input.configuration else { return [] }
    let console = input.console
    let own = input.ownServers.filter { server in
      let launcher = server.entry.launcher.first.map(ServerEntry.name(ofProgram:))
      return [nil, "env"].contains(launcher) && server.entry.serveFault == nil
    }
    guard own.isEmpty else {
      return own.flatMap { server in
        let bare = server.entry.bareEnvironment(console.environment)
        let start = "\(server.title) may start '\(server.entry.key)'"
        return missing(input, configuration, bare, whereof: start) + commands(input, server)
      }
    }
    let start = "a client may start the server"
    return missing(input, configuration, ServerEntry.bareEnvironment(console.environment), whereof: start)
      + written(input, configuration, whereof: start)
  }

  /// Reports what is set here and missing in a bare environment.
  private static func missing(
    _ input: DoctorInput, _ configuration: Configuration, _ bare: [String: String], whereof start: String
  ) -> [Finding] {
    let here = input.console.environment
    func lacks(_ name: String) -> Bool { !(here[name] ?? "").isEmpty && (bare[name] ?? "").isEmpty }
    let used = input.loaded?.secretPlaces.filter(\.isInUse).map(\.reference) ?? [configuration.sequence.accessToken]
    var secrets: [String] = []
    for reference in used {
      let name = reference.source == .credential ? "CREDENTIALS_DIRECTORY" : reference.variable
      if let name, lacks(name), !secrets.contains(name) { secrets.append(name) }
    }
    let names = secrets + networkVariables(configuration, here, lackedBy: bare) + ["TZ"].filter(lacks)
    if names.isEmpty { return [] }
    let entry = "write \(names.count == 1 ? "it" : "them") into the entry's 'env'"
    return [
      .note(
        "\(start) without \(names.joined(separator: ", ")), set here",
        help: secrets.isEmpty ? entry : "keep secrets in files ({file: PATH}), or \(entry)")
    ]
  }

  /// Reports what is set here and what an entry of `client-config` has, as an option or a variable.
  private static func written(
    _ input: DoctorInput, _ configuration: Configuration, whereof start: String
  ) -> [Finding] {
    let console = input.console
    let standard = ConfigurationLocation.standard(home: console.homeDirectory, configurationHome: nil)
    let isElsewhere = !input.place.isNamed && input.place.exists && !FilePath.isSame(input.place.path, standard)
    let names =
      [ServerEntry.configurationVariable, StateLocation.variable] + (isElsewhere ? ["XDG_CONFIG_HOME"] : [])
      + (configuration.mayOpenWindow ? ["DISPLAY", "WAYLAND_DISPLAY"] : [])
    let set = names.filter { console.variable($0) != nil }
    if set.isEmpty { return [] }
    let help = "'sequence-mcp client-config' writes \(set.count == 1 ? "it" : "them") into the entry"
    return [.note("\(start) without \(set.joined(separator: ", ")), set here", help: help)]
  }

  /// The PATH of an application that a desktop starts (launchd; systemd's has more).
  private static let barePath = "/usr/bin:/bin:/usr/sbin:/sbin"

  /// Reports the secrets' commands that a client's PATH may not lead to, or may lead to another program.
  private static func commands(_ input: DoctorInput, _ server: LaunchedServer) -> [Finding] {
    var bare = server.entry.bareEnvironment(input.console.environment)
    bare["PATH"] = server.entry.variable("PATH") ?? barePath
    var findings: [String: Finding] = [:]
    for place in input.loaded?.secretPlaces ?? [] where place.isInUse {
      guard let command = place.reference.command,
        let here = try? CommandSecretSource.program(of: command, in: input.console.environment)
      else { continue }
      let there = try? CommandSecretSource.program(of: command, in: bare)
      guard there.map({ !FilePath.isSame($0, here) }) ?? true else { continue }
      findings[command.program] = .note(
        "\(server.title) may \(there == nil ? "not find" : "run another") '\(command.program)', which is "
          + "\(here) here",
        help: "write its full path into the configuration")
    }
    return findings.sorted { $0.key < $1.key }.map(\.value)
  }

  /// Returns the variables for the proxy and the certificates that are set here, if the other environment has none of that
  /// kind.
  private static func networkVariables(
    _ configuration: Configuration, _ here: [String: String], lackedBy bare: [String: String]
  ) -> [String] {
    guard !configuration.sandbox else { return [] }
    func proxy(_ environment: [String: String]) -> String? {
      (try? ServiceURL(configuration.sequence.baseURL))
        .flatMap { ProxySettings(environment: environment).proxy(for: $0)?.variable }
    }
    func certificates(_ environment: [String: String]) -> String? {
      CertificateStore(environment: environment).variable
    }
    return [proxy, certificates].compactMap { $0(bare) == nil ? $0(here) : nil }
  }
}
