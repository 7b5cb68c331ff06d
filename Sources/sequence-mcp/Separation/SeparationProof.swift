import JSON
import Platform

/// Starts a server over ssh or sudo as a client would, and tries the actions that must be refused. Every attempt ends by itself
/// and changes nothing.
struct SeparationProof {
  /// The whole environment of this process, which a shell of this user has as well.
  let environment: [String: String]

  private static let timeoutMilliseconds: Int64 = 20_000
  /// In bytes. ssh's report on a connection is long.
  private static let outputLimit = 262_144

  /// The result of an attempt.
  enum Verdict: Equatable {
    case refused
    case allowed
    /// Nothing can be concluded, with the reason.
    case unclear(String)
  }

  // MARK: A server that answers

  /// The result of a client's first messages.
  enum HandshakeResult {
    case answered(tools: [String])
    /// The reason.
    case failed(String)
  }

  /// Greets the server that the command line starts, in the bare environment of a client.
  /// - Returns: the handshake, and the output to stderr.
  func performHandshake(_ words: [String]) -> (HandshakeResult, errorOutput: String) {
    let messages: [JSONValue] = [
      [
        "jsonrpc": "2.0", "id": 1, "method": "initialize",
        "params": [
          "protocolVersion": "2025-11-25", "capabilities": [:],
          "clientInfo": ["name": "sequence-mcp doctor", "version": .string(CommandLineInterface.version)],
        ],
      ], ["jsonrpc": "2.0", "method": "notifications/initialized"],
      ["jsonrpc": "2.0", "id": 2, "method": "tools/list"],
    ]
    let input = messages.flatMap { (message: JSONValue) -> [UInt8] in JSONWriter.write(message) + [0x0A] }
    guard let report = run(words, input: input, ServerEntry.bareEnvironment(environment)) else {
      return (.failed("\(words[0]) cannot be started"), "")
    }
    let errors = String(decoding: report.errorOutput, as: UTF8.self)
    let answers = report.output.split(separator: 0x0A).compactMap { try? JSONParser.parse(Array($0)) }
    func result(_ id: Int) -> JSONValue? { answers.first { $0["id"]?.numberValue?.intValue == id }?["result"] }
    guard result(1)?["serverInfo"]?["name"]?.stringValue == "sequence-mcp" else {
      let reason = Self.lastErrorLine(errors) ?? Self.ending(report)
      return (.failed(answers.isEmpty ? reason : "another program answers"), errors)
    }
    let tools = (result(2)?["tools"]?.arrayValue ?? []).compactMap { $0["name"]?.stringValue }
    return (.answered(tools: tools), errors)
  }

  // MARK: Attempts

  /// Printed by a command that must not run. The command itself does not contain this text, since an error may quote the
  /// command.
  private static let mark = "sequence-mcp-probe"
  /// A command that prints the mark.
  static let command = ["printf", "'sequence-%s-probe\\n'", "mcp"]
  /// The same command as the input of a shell.
  static let typed = Array("printf 'sequence-%s-probe\\n' mcp\n".utf8)

  /// Tries a command line that would run `command`, or a shell that would read it.
  /// - Parameter isRefusal: Whether the report shows a refusal, if the mark is not printed.
  func tryCommand(
    _ words: [String], input: [UInt8] = [], isRefusal: (ChildProcess.Report) -> Bool
  ) -> Verdict {
    judge(words, input: input) { report in
      if Self.contains(report.output, Self.mark) { return .allowed }
      return isRefusal(report) ? .refused : nil
    }
  }

  /// Runs an attempt. The judge returns nil if nothing can be concluded.
  /// - Parameter refusals: Parts of error messages, each of which shows a refusal.
  func judge(
    _ words: [String], input: [UInt8] = [], refusals: [String] = [], _ judge: (ChildProcess.Report) -> Verdict?
  ) -> Verdict {
    guard let report = run(words, input: input, environment) else { return .unclear("\(words[0]) cannot be started") }
    let errors = String(decoding: report.errorOutput, as: UTF8.self)
    if refusals.contains(where: { errors.contains(part: $0) }) { return .refused }
    return judge(report) ?? .unclear(Self.lastErrorLine(errors) ?? Self.ending(report))
  }

  static func contains(_ bytes: [UInt8], _ texts: String...) -> Bool {
    let output = String(decoding: bytes, as: UTF8.self)
    return texts.contains { output.contains(part: $0) }
  }

  private func run(_ words: [String], input: [UInt8], _ environment: [String: String]) -> ChildProcess.Report? {
    let program = FilePath.isAbsolute(words[0]) ? words[0] : "/usr/bin/" + words[0]
    var child = ChildProcess(
      program, Array(words.dropFirst()), environment: environment, timeoutMilliseconds: Self.timeoutMilliseconds,
      outputLimit: Self.outputLimit)
    child.input = input
    return try? child.run()
  }

  /// Returns the last line that is not a part of ssh's report on the connection.
  private static func lastErrorLine(_ errors: String) -> String? {
    let lines = errors.split(whereSeparator: { $0 == "\n" || $0 == "\r\n" }).filter { line in
      !["debug1:", "Authenticated to", "Transferred:", "Bytes per second:", "OpenSSH_", "Warning: Permanently"]
        .contains(where: line.hasPrefix)
    }
    return lines.last.map { VisibleText.line(String($0), limit: 200) }
  }

  private static func ending(_ report: ChildProcess.Report) -> String {
    switch report.ending {
    case .exited(let status): "it ended with status \(status) and no answer"
    case .crashed(let signal): "it was ended by signal \(signal)"
    case .timedOut, .stopped: "it did not answer within \(timeoutMilliseconds / 1000) s"
    case .wroteTooMuch: "it wrote too much"
    }
  }
}

extension SeparationProof.Verdict {
  init(isAllowed: Bool) { self = isAllowed ? .allowed : .refused }

  /// Returns the verdict as a line of the report.
  /// - Parameter help: The help if it was allowed.
  func finding(_ what: String, help: String) -> Finding {
    switch self {
    case .refused: .fine("refused: \(what)")
    case .allowed: .problem("ALLOWED: \(what)", help: help)
    case .unclear(let reason): .note("not known: \(what): \(reason)")
    }
  }
}

extension SeparationProof.HandshakeResult {
  /// Returns the result as a line of the report.
  /// - Parameters:
  ///   - server: `the server on bank`.
  ///   - help: The help if it does not answer.
  ///   - validation: How to see what is wrong with its configuration.
  func finding(_ server: String, help: (_ reason: String) -> String, validation: String) -> Finding {
    switch self {
    case .failed(let reason): .problem("\(server) does not answer: \(reason)", help: help(reason))
    case .answered(["configuration_error"]):
      .problem("\(server) answers, but its configuration is not valid", help: validation)
    case .answered(let tools):
      .fine("\(server) answers, with \(tools.count.counted("tool"))")
    }
  }
}
