import JSON
import SourceYAML
import Testing

@Suite struct MachineRendererTests {
  private let file = SourceFile(name: "my, config.yaml", bytes: Array("é: 1\né: 2\n".utf8))

  private var report: DiagnosticReport {
    DiagnosticReport(
      fileNames: ["my, config.yaml"], sources: [file], diagnostics: YAMLDocument.parse(file).diagnostics)
  }

  @Test func `JSON is one document of the documented shape`() {
    let expected =
      #"{"format_version":"1.0","valid":false,"error_count":1,"warning_count":0,"files":["my, config.yaml"],"diagnostics":"#
      + #"[{"severity":"error","rule":"yaml-duplicate-key","message":"duplicate key 'é'","#
      + #""help":"remove or rename one of the two","file":"my, config.yaml","#
      + #""range":{"start":{"line":2,"column":1,"byte":6},"end":{"line":2,"column":2,"byte":8}},"#
      + #""related":[{"message":"first defined here","file":"my, config.yaml","#
      + #""range":{"start":{"line":1,"column":1,"byte":0},"end":{"line":1,"column":2,"byte":2}}}]}]}"# + "\n"
    #expect(report.render(.json) == expected)
  }

  @Test func `JSON of a clean file has the same shape`() {
    let report = DiagnosticReport(fileNames: ["a"], sources: [], diagnostics: [])
    #expect(
      report.render(.json)
        == #"{"format_version":"1.0","valid":true,"error_count":0,"warning_count":0,"files":["a"],"diagnostics":[]}"#
        + "\n")
  }

  @Test func `JSON of an unreadable file has no range`() {
    let diagnostic = Diagnostic(id: "config-unreadable", message: "m", file: "a", range: nil)
    let report = DiagnosticReport(fileNames: ["a"], sources: [], diagnostics: [diagnostic])
    #expect(report.render(.json).contains(#""valid":false"#))
    #expect(report.render(.json).contains(#""help":null,"file":"a","range":null,"related":[]"#))
  }

  @Test func `a caller may decide that warnings are invalid`() {
    let warning = Diagnostic(severity: .warning, id: "r", message: "m", file: "a", range: nil)
    let strict = DiagnosticReport(fileNames: ["a"], sources: [], diagnostics: [warning], isValid: false)
    #expect(strict.render(.json).contains(#""valid":false,"error_count":0,"warning_count":1"#))
    #expect(DiagnosticReport(fileNames: ["a"], sources: [], diagnostics: [warning]).isValid)
  }

  @Test func `GitHub commands are escaped`() {
    let expected =
      "::error file=my%2C config.yaml,line=2,col=1,endLine=2,endColumn=2,title=yaml-duplicate-key::"
      + "duplicate key 'é'%0Ahelp: remove or rename one of the two%0Anote: my, config.yaml:1:1: first defined here\n"
    #expect(report.render(.github) == expected)
  }

  @Test func `GitHub text cannot start another command`() {
    let diagnostic = Diagnostic(
      severity: .warning, id: "r", message: "100%\r\n::error::x", file: "C:\\a", range: nil)
    let report = DiagnosticReport(fileNames: ["C:\\a"], sources: [], diagnostics: [diagnostic])
    #expect(report.render(.github) == "::warning file=C%3A\\a,title=r::100%25<U+000D><U+000A>::error::x\n")
  }

  @Test func `SARIF names rules and places`() throws {
    let kinds = [
      ("other", "s", "h"),
      ("yaml-duplicate-key", "two keys", "explained"),
    ]
    let log = try JSONParser.parse(report.render(.sarif, kinds: kinds, toolVersion: "1.2.3"))
    #expect(log["version"] == "2.1.0")
    let run = try #require(log["runs"]?[0])
    #expect(run["columnKind"] == "unicodeCodePoints")
    let driver = run["tool"]?["driver"]
    #expect(driver?["name"] == "sequence-mcp")
    #expect(driver?["version"] == "1.2.3")
    #expect(
      driver?["rules"]?[1]
        == ["id": "yaml-duplicate-key", "shortDescription": ["text": "two keys"], "help": ["text": "explained"]])
    let result = try #require(run["results"]?[0])
    #expect(result["ruleId"] == "yaml-duplicate-key")
    #expect(result["ruleIndex"] == 1)
    #expect(result["level"] == "error")
    #expect(result["message"]?["text"] == "duplicate key 'é'\nhelp: remove or rename one of the two")
    let expected: JSONValue = [
      "artifactLocation": ["uri": "my%2C%20config.yaml"],
      "region": ["startLine": 2, "startColumn": 1, "endLine": 2, "endColumn": 2],
    ]
    #expect(result["locations"]?[0]?["physicalLocation"] == expected)
    #expect(result["relatedLocations"]?[0]?["physicalLocation"]?["region"]?["startLine"] == 1)
  }

  @Test func `SARIF of an unreadable file says that the run failed`() throws {
    let diagnostic = Diagnostic(id: "config-unreadable", message: "m", file: "/a/<b>", range: nil)
    let report = DiagnosticReport(fileNames: ["/a/<b>"], sources: [], diagnostics: [diagnostic])
    let run = try #require(try JSONParser.parse(report.render(.sarif))["runs"]?[0])
    #expect(run["invocations"]?[0]?["executionSuccessful"] == false)
    let location = run["results"]?[0]?["locations"]?[0]?["physicalLocation"]
    #expect(location == ["artifactLocation": ["uri": "file:///a/%3Cb%3E"]])
  }
}
