import Foundation
import JSON
import TestSupport
import Testing

/// `validate-config` as used by a shell, an editor or a CI job.
@Suite(.waiting) struct ValidateConfigTests {
  static let good = """
    version: 1
    rules:
      save:
        rule_id: ru_1
        api_secret: {file: secret}
        description: Puts money aside.
        parameters:
          amount: {type: money, maximum: 5}
        payload: {cents: "{{ amount | cents }}"}
        limits: {calls_per_day: 9}

    """
  static let ready =
    "3 tools; save 9 calls a day, the client asks; trigger_rule without limits, the client asks, with a secret from the chat"
  /// One mistake: line 8, column 29.
  static let bad = good.replacing("maximum", with: "maxmum")
  /// One warning: no maximum.
  static let doubtful = good.replacing(", maximum: 5", with: "")

  private static let badReport = """
    bad.yaml:8:29: error: unknown key 'maxmum' in parameter 'amount' [unknown-key]
      |
    8 |       amount: {type: money, maxmum: 5}
      |                             ^~~~~~
      = help: did you mean 'maximum'?
    bad.yaml: 1 error, 0 warnings

    """
  private static let badEntry =
    #"{"severity":"error","rule":"unknown-key","message":"unknown key 'maxmum' in parameter 'amount'","#
    + #""help":"did you mean 'maximum'?","file":"bad.yaml","range":{"start":{"line":8,"column":29,"byte":154},"#
    + #""end":{"line":8,"column":35,"byte":160}},"related":[]}"#

  /// Returns a home directory with the three files and a good secret, and the access token in the environment.
  private func program() throws -> Program {
    var program = try Program()
    program.environment["SEQUENCE_ACCESS_TOKEN"] = "not-a-real-token-1"
    try program.write(ValidateConfigTests.good, to: "good.yaml")
    try program.write(ValidateConfigTests.bad, to: "bad.yaml")
    try program.write(ValidateConfigTests.doubtful, to: "doubtful.yaml")
    try program.write("not-a-real-secret-1\n", to: "secret")
    return program
  }

  private func check(
    _ words: [String], input: String = "", prepare: (Program) throws -> Void = { _ in }
  ) throws -> Program.Result {
    let program = try program()
    try prepare(program)
    let result = try program.run(["validate-config"] + words, input: input)
    #expect(result.errorOutput.isEmpty)
    #expect(!result.output.contains("not-a-real"))
    return result
  }

  @Test func `a secret in the configuration is reported at its place`() throws {
    let result = try check(["copied.yaml"]) { program in
      try program.write(
        ValidateConfigTests.good.replacing("version: 1\n", with: "version: 1\nserver: {title: not-a-real-secret-1}\n"),
        to: "copied.yaml")
    }
    #expect(result.exitCode == 1)
    #expect(
      result.output.contains("copied.yaml:2:17: error: the text of a secret is in the file itself [inline-secret]"))
  }

  @Test func `a rule's id in its secret file is told as such`() throws {
    let result = try check(["copied.yaml"]) { program in
      try program.write(ValidateConfigTests.good.replacing("ru_1", with: "ru_77aa_ru_77aa_1"), to: "copied.yaml")
      try program.write("ru_77aa_ru_77aa_1\n", to: "secret")
    }
    #expect(result.exitCode == 1)
    #expect(
      result.output.contains("copied.yaml:4:14: error: the rule's id and its secret are the same text [inline-secret]"))
    #expect(
      result.output.contains("copy the one that is wrong from the rule in Sequence again")
        && !result.output.contains("ru_77aa"))
  }

  @Test(arguments: ["/dev/null", "open"])
  func `an unusable state directory is an error here, but not for another machine`(path: String) throws {
    var program = try program()
    program.environment["SEQUENCE_MCP_STATE_DIR"] = nil
    try program.shell("mkdir open && chmod 777 open")
    try program.write(
      ValidateConfigTests.good.replacing("version: 1\n", with: "version: 1\nstate_dir: \(path)\n"), to: "state.yaml")
    let result = try program.run(["validate-config", "state.yaml"])
    #expect(result.exitCode == 1)
    #expect(result.output.hasPrefix("state.yaml:2:12: error: nothing can be triggered, since "), "\(result.output)")
    #expect(result.output.contains("[bad-path]"))
    #expect(try program.run(["validate-config", "--no-secrets", "state.yaml"]).exitCode == 0)
  }

  @Test func `a wrong state directory in the environment does not hide what is wrong with the file`() throws {
    var program = try program()
    program.environment["SEQUENCE_MCP_STATE_DIR"] = "rel"
    let result = try program.run(["validate-config", "good.yaml", "bad.yaml", "doubtful.yaml"])
    #expect(result.exitCode == 1 && result.errorOutput.isEmpty, "\(result)")
    #expect(
      result.output.hasPrefix(
        "good.yaml: note: the state directory is not checked: $SEQUENCE_MCP_STATE_DIR must be a full path"),
      "\(result.output)")
    #expect(result.output.contains(ValidateConfigTests.badReport) && result.output.contains("doubtful.yaml: note: "))
    #expect(try program.run(["validate-config", "good.yaml"]).exitCode == 0)
    #expect(try program.run(["validate-config", "good.yaml", "--state-dir", "rel"]).exitCode == 2)
  }

  #if os(Linux)
    @Test(.enabled(if: geteuid() == 0))
    func `a user who is not in the user database has no state directory, which is not an error in the file`() throws {
      let program = try program()
      // Nobody else may read root's directories, so the program is copied.
      try program.shell(
        """
        cp '\(Program.path)' program && chown 54321 . * && chmod 755 . program && mkdir -m 700 root
        env -i SEQUENCE_ACCESS_TOKEN=not-a-real-token-1 HOME="$PWD/root" \
          setpriv --reuid=54321 --regid=54321 --clear-groups "$PWD/program" validate-config good.yaml >out 2>err
        echo $? >code
        """)
      let output = try program.text("out")
      #expect(output.hasPrefix("good.yaml: note: nothing can be triggered, since "), "\(output)")
      #expect(try program.text("code") == "0\n" && program.text("err").isEmpty)
    }
  #endif

  @Test func `a good file is counted`() throws {
    let result = try check(["good.yaml"])
    #expect(result.output == "good.yaml: 0 errors, 0 warnings\nready: \(ValidateConfigTests.ready)\n")
    #expect(result.exitCode == 0)
  }

  @Test func `the summary has a cooldown in its own units and all caps over all rules together`() throws {
    let text = "version: 1\nlimits: {per_call: 50, per_day: 100}\ntools: {trigger_rule: {limits: {cooldown: 2d}}}\n"
    let result = try check(["-"], input: text)
    #expect(result.output.contains("trigger_rule one call in 2 d, "))
    #expect(
      result.output.hasSuffix("; all rules together up to $100.00 a day, up to $50.00 a call\n"),
      "\(result.output)")
  }

  @Test func `the summary says which of several amounts the limits count`() throws {
    let text = Self.good
      .replacing("      amount: {", with: "      fee: {type: money, maximum: 5}\n      amount: {")
      .replacing("{cents: ", with: "{fee: \"{{ fee }}\", cents: ")
      .replacing("{calls_per_day: 9}", with: "{per_day: 9, amount: amount}")
    #expect(
      try check(["-"], input: text).output.contains(
        "; save up to $9.00 a day (counts 'amount' only), the client asks; "))
  }

  @Test func `the text points at the wrong key`() throws {
    let result = try check(["bad.yaml"])
    #expect(result.output == ValidateConfigTests.badReport)
    #expect(result.exitCode == 1)
  }

  @Test func `several files are reported in one run`() throws {
    let program = try program()
    let result = try program.run(["validate-config", "good.yaml", "bad.yaml", "gone.yaml"])
    #expect(
      result.output == "good.yaml: 0 errors, 0 warnings\n" + ValidateConfigTests.badReport + """
        gone.yaml: error: the file cannot be read: it does not exist [config-unreadable]
          = help: it was looked for in \(program.home.path)
        gone.yaml: 1 error, 0 warnings
        good.yaml: ready: \(ValidateConfigTests.ready)

        """)
    #expect(result.exitCode == 3)
  }

  @Test func `JSON has one shape`() throws {
    let result = try check(["good.yaml", "bad.yaml", "--format", "json"])
    #expect(
      result.output
        == #"{"format_version":"1.0","valid":false,"error_count":1,"warning_count":0,"#
        + #""files":["good.yaml","bad.yaml"],"diagnostics":[\#(ValidateConfigTests.badEntry)]}"# + "\n")
    #expect(result.exitCode == 1)
    let valid = try check(["good.yaml", "--format=json"])
    #expect(
      valid.output
        == #"{"format_version":"1.0","valid":true,"error_count":0,"warning_count":0,"files":["good.yaml"],"diagnostics":[]}"#
        + "\n")
  }

  @Test func `GitHub prints one annotation for each`() throws {
    let result = try check(["good.yaml", "bad.yaml", "--format", "github"])
    #expect(
      result.output
        == "::error file=bad.yaml,line=8,col=29,endLine=8,endColumn=35,title=unknown-key::"
        + "unknown key 'maxmum' in parameter 'amount'%0Ahelp: did you mean 'maximum'?\n")
    #expect(try check(["good.yaml", "--format", "github"]).output.isEmpty)
  }

  @Test func `SARIF names its rule and place`() throws {
    let result = try check(["bad.yaml", "--format", "sarif"])
    let run = try #require(try JSONParser.parse(result.output)["runs"]?.arrayValue?.first)
    let finding = try #require(run["results"]?.arrayValue?.first)
    #expect(finding["ruleId"] == "unknown-key")
    let index = try #require(finding["ruleIndex"]?.numberValue?.intValue)
    let rules = run["tool"]?["driver"]?["rules"]?.arrayValue ?? []
    #expect(rules[Int(index)]["id"] == "unknown-key")
    let place = finding["locations"]?.arrayValue?.first?["physicalLocation"]
    #expect(place?["region"]?["startLine"] == 8 && place?["region"]?["startColumn"] == 29)
    #expect(place?["artifactLocation"]?["uri"] == "bad.yaml")
    #expect(result.exitCode == 1)
  }

  @Test func `a dash is standard input`() throws {
    let result = try check(["-"], input: ValidateConfigTests.bad)
    #expect(result.output == ValidateConfigTests.badReport.replacing("bad.yaml", with: "<stdin>"))
    #expect(result.exitCode == 1)
    #expect(
      try check(["-"], input: ValidateConfigTests.good).output.hasPrefix("<stdin>: 0 errors, 0 warnings\nready: "))
  }

  @Test(arguments: [([], 0), (["--strict"], 1)] as [([String], Int32)])
  func `warnings count only under --strict`(options: [String], exitCode: Int32) throws {
    let result = try check(["doubtful.yaml"] + options)
    #expect(result.output.hasPrefix("doubtful.yaml:8:7: warning: "))
    #expect(result.output.contains("doubtful.yaml: 0 errors, 1 warning\n"))
    #expect(result.output.contains("\nready: ") == options.isEmpty)
    #expect(result.exitCode == exitCode)
    let json = try JSONParser.parse(try check(["doubtful.yaml", "--format", "json"] + options).output)
    #expect(json["valid"]?.boolValue == (exitCode == 0))
  }

  @Test(arguments: [("good.yaml", 0), ("bad.yaml", 1), ("gone.yaml", 3)] as [(String, Int32)])
  func `--quiet prints nothing`(file: String, exitCode: Int32) throws {
    let result = try check([file, "--quiet"])
    #expect(result.output.isEmpty)
    #expect(result.exitCode == exitCode)
  }

  @Test(arguments: [
    ("rm secret", "there is no secret file 'HOME/secret' [secret-file-missing]"),
    ("chmod 644 secret", "[secret-file-mode]"),
    ("echo Bearer not-a-real-secret-1 > secret", "[secret-bearer-prefix]"),
    ("printf '' > secret", "[secret-empty]"),
    ("rm secret; mkdir secret", "[secret-not-a-file]"),
    ("printf 'not-a-real-secret-1\\nnot-a-real-secret-2\\n' > secret", "[secret-multiline]"),
    ("echo '${NOT_A_REAL_SECRET}' > secret", "[secret-unexpanded]"),
  ])
  func `secrets are checked unless the option says not to`(damage: String, message: String) throws {
    let program = try program()
    try program.shell(damage)
    let result = try program.run(["validate-config", "good.yaml"])
    let first = try #require(result.output.split(separator: "\n").first)
    #expect(first.hasPrefix("good.yaml:5:17: error: rule 'save': "))
    #expect(first.hasSuffix(message.replacing("HOME", with: program.home.path)))
    #expect(!result.output.contains("not-a-real") && !result.output.contains("NOT_A_REAL"))
    #expect(result.exitCode == 1)
    let skipped = try program.run(["validate-config", "good.yaml", "--no-secrets"])
    #expect(skipped.output.hasPrefix("good.yaml: 0 errors, 0 warnings\nready: "))
    #expect(skipped.exitCode == 0)
  }

  @Test func `where no secret can be stored, the help is not the command that stores one`() throws {
    let program = try program()
    try program.write(Self.good.replacing("file: secret", with: "file: secret/"), to: "slash.yaml")
    let output = try program.run(["validate-config", "slash.yaml"]).output
    #expect(output.contains("help: remove the '/' at its end\n"), "\(output)")
    try program.shell("rm secret")
    #expect(
      try program.run(["validate-config", "good.yaml"]).output.contains("help: run: sequence-mcp secret set save"))
  }

  @Test func `if there is no file anywhere, it says where it looked`() throws {
    let program = try Program()
    let path = program.home.path + "/.config/sequence-mcp/config.yaml"
    let message =
      "there is no configuration file; --config and $SEQUENCE_MCP_CONFIG name none, and this one does not exist"
    let text = try program.run(["validate-config"])
    #expect(
      text.output == """
        \(path): error: \(message) [config-unreadable]
          = help: 'sequence-mcp init' writes one to start from
        \(path): 1 error, 0 warnings

        """)
    #expect(text.exitCode == 3)
    let json = try program.run(["validate-config", "--format", "json"])
    #expect(
      json.output
        == #"{"format_version":"1.0","valid":false,"error_count":1,"warning_count":0,"files":["\#(path)"],"#
        + #""diagnostics":[{"severity":"error","rule":"config-unreadable","message":"\#(message)","#
        + #""help":"'sequence-mcp init' writes one to start from","file":"\#(path)","range":null,"related":[]}]}"#
        + "\n")
    #expect(json.exitCode == 3)
  }

  @Test(arguments: [("gone.yaml", "it does not exist"), (".", "it is a directory")])
  func `an unreadable file has no range`(file: String, reason: String) throws {
    let result = try check([file, "--format", "json"])
    let json = try JSONParser.parse(result.output)
    #expect(json["valid"] == false && json["error_count"] == 1)
    let diagnostic = try #require(json["diagnostics"]?.arrayValue?.first)
    #expect(diagnostic["range"] == .null)
    #expect(diagnostic["message"]?.stringValue == "the file cannot be read: " + reason)
    #expect(result.exitCode == 3)
  }

  @Test(arguments: [0o622, 0o602])
  func `a file that others may write is refused`(mode: Int) throws {
    let text = ValidateConfigTests.good
    let program = try program()
    try program.write(text, to: "good.yaml", mode: mode)
    let result = try program.run(["validate-config", "good.yaml"])
    #expect(
      result.output == """
        good.yaml: error: the file is writable by others (mode \(String(mode, radix: 8))), who could raise its caps \
        [config-writable-by-others]
          = help: run: chmod go-w \(program.home.path)/good.yaml
        good.yaml: 1 error, 0 warnings

        """)
    #expect(result.exitCode == 1)
  }

  @Test func `for another machine owners and modes are notes`() throws {
    let program = try program()
    try program.write(ValidateConfigTests.good, to: "good.yaml", mode: 0o666)
    let result = try program.run(["validate-config", "--no-secrets", "--strict", "good.yaml"])
    #expect(result.output.contains("good.yaml: note: the file is writable by others (mode 666)"))
    #expect(result.output.contains("\ngood.yaml: 0 errors, 0 warnings\nready: "))
    #expect(result.exitCode == 0)
  }

  @Test(
    arguments: [
      ("$HOME/c.yaml", "'$HOME' was not expanded"), ("%APPDATA%/c.yaml", "'%APPDATA%' was not expanded"),
      ("", "the path is empty"), ("c.yaml", "it was looked for in /"),
    ])
  func `a path that does not point where it seems to is explained`(path: String, help: String) throws {
    let result = try check(["--config", path])
    #expect(result.output.contains("= help: " + help), "\(result.output)")
    #expect(result.exitCode == 3)
  }

  @Test func `an empty path is explained`() throws {
    let program = try program()
    let result = try program.run(["validate-config", "--config", ""])
    #expect(result.output.contains("= help: the path is empty; a variable that it was made from may not be set"))
    #expect(result.exitCode == 3)
  }

  @Test func `a leading tilde is the home directory`() throws {
    let program = try program()
    #expect(try program.run(["validate-config", "--no-secrets", "--config", "~/good.yaml"]).exitCode == 0)
  }

  @Test(arguments: ["bad.yaml", "gone.yaml"])
  func `a quoted tilde is the home directory in every part of a report`(name: String) throws {
    let program = try program()
    let path = "\(program.home.path)/\(name)"
    let text = try program.run(["validate-config", "~/\(name)"]).output
    #expect(text.hasPrefix("\(path):") && text.hasSuffix("\n\(path): 1 error, 0 warnings\n"), "\(text)")
    #expect(!text.contains("~/"))
    let json = try JSONParser.parse(try program.run(["validate-config", "~/\(name)", "--format", "json"]).output)
    #expect(json["files"] == [.string(path)])
    #expect(json["diagnostics"]?[0]?["file"] == .string(path))
  }

  @Test(arguments: [["--config", "bad.yaml"], []])
  func `the file of serve is the one that is checked`(options: [String]) throws {
    var program = try program()
    program.environment["SEQUENCE_MCP_CONFIG"] = options.isEmpty ? "bad.yaml" : "gone.yaml"
    #expect(try program.run(["validate-config"] + options).output == ValidateConfigTests.badReport)
  }

  @Test func `an empty path is shown as one`() throws {
    let program = try Program()
    let result = try program.run(["validate-config", "--config", ""])
    #expect(result.exitCode == 3)
    #expect((result.output + result.errorOutput).contains("'': error: the file cannot be read"), "\(result)")
    #expect((result.output + result.errorOutput).contains("\n'': 1 error, 0 warnings"), "\(result)")
  }

  @Test func `standard input that cannot be read is reported like a file, beside the others`() throws {
    let program = try Program()
    try program.write("version: 1\nversoin: 1\n", to: "bad.yaml")
    try program.shell("'\(Program.path)' validate-config - bad.yaml --no-secrets --json </ >report; echo $? >status")
    let report = try JSONParser.parse(Array(program.text("report").utf8))
    #expect(try program.text("status") == "3\n")
    #expect(report["files"] == ["<stdin>", "bad.yaml"])
    let unread = report["diagnostics"]?.arrayValue?.first { $0["file"] == "<stdin>" }
    #expect(unread?["rule"] == "config-unreadable" && unread?["range"] == .null)
    #expect(report["diagnostics"]?.arrayValue?.contains { $0["rule"] == "unknown-key" } == true)
  }
}
