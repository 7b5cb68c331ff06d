import SourceYAML
import Testing

@testable import Config

struct BaseURLCheckTests {
  private static let faults: [(url: String, id: String)] = [
    ("http://api.getsequence.io", "base-url-not-https"), ("ftp://api.getsequence.io", "base-url-not-https"),
    ("https://ann:hunter2@api.getsequence.io", "base-url-credentials"),
    ("https://ann:hunter2@api.getsequence.io/?x=1", "base-url-credentials"),
    ("https://ann:hunter2@api.getsequence.io#x", "base-url-credentials"),
    ("http://ann:hunter2@127.0.0.1", "base-url-credentials"),
    ("https://ann:hunter2?x@api.getsequence.io", "bad-base-url"),
    ("https://ann:hunter2 x@api.getsequence.io", "bad-base-url"),
    ("ann:hunter2@api.getsequence.io", "base-url-not-https"),
    ("https://ann:hunter2/x@api.getsequence.io", "bad-base-url"), ("https://api.getsequence.io?x=1", "bad-base-url"),
    ("https://api.getsequence.io#x", "bad-base-url"), ("https://127.1", "bad-base-url"),
    ("https://api.getsequence.io:0", "bad-base-url"),
    ("https://ann:hunter2", "bad-base-url"), ("https://ann:hunter2%40api.getsequence.io", "bad-base-url"),
  ]

  @Test(arguments: faults)
  func `each fault of a URL has the id that says what is wrong, and no report shows a password`(url: String, id: String)
  {
    for section in ["sequence:\n", "sequence:\n  platform:\n  "] {
      let fixture = MarkedConfiguration("version: 1\n\(section)  base_url: ⟦\"\(url)\"⟧\n")
      let diagnostics = fixture.loaded.diagnostics
      #expect(diagnostics.map(\.id) == [id])
      #expect(diagnostics.compactMap(\.range) == fixture.ranges)
      let report = DiagnosticReport(fileNames: [fixture.file.name], sources: [fixture.file], diagnostics: diagnostics)
      for format in DiagnosticReport.Format.allCases {
        #expect(!report.render(format).contains("hunter2"))
      }
    }
  }

  @Test(
    arguments: [
      ("", "https://api.getsequence.com"), ("", "https://api.getseqeunce.io"), ("", "https://app.getsequence.io"),
      ("", "https://getsequence.io/"),
      ("platform:\n    ", "https://api.getsequence.io"),
      ("", "https://api.getsequence.io/platform/v1"),
    ])
  func `an address of Sequence other than the API's is a warning`(section: String, url: String) {
    let fixture = MarkedConfiguration("version: 1\nsequence:\n  \(section)base_url: ⟦\(url)⟧\n")
    #expect(fixture.loaded.diagnostics.map(\.id) == ["bad-base-url"])
    #expect(fixture.loaded.diagnostics.map(\.severity) == [.warning])
    #expect(fixture.loaded.diagnostics.compactMap(\.range) == fixture.ranges)
  }

  @Test(arguments: ["https://api.getsequence.io/", "https://gateway.example/sequence"])
  func `the addresses of the API and of a gateway pass`(url: String) {
    #expect(MarkedConfiguration("version: 1\nsequence: {base_url: \"\(url)\"}\n").loaded.diagnostics == [])
  }

  @Test(
    arguments: ["base_ur", "timeout", "trigger_path"])
  func `a password in a URL that is not read as one is not shown, either`(key: String) {
    let fixture = MarkedConfiguration("version: 1\nsequence:\n  \(key): https://ann:hunter2@api.getsequence.io\n")
    let diagnostics = fixture.loaded.diagnostics
    #expect(!diagnostics.isEmpty)
    let report = DiagnosticReport(fileNames: [fixture.file.name], sources: [fixture.file], diagnostics: diagnostics)
    for format in DiagnosticReport.Format.allCases {
      #expect(!report.render(format).contains("hunter2"))
    }
  }
}
