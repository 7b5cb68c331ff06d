import SourceYAML
import Testing

@testable import Config

/// Rules whose tools are annotated as harmless.
struct HarmlessHintCheckTests {
  @Test(arguments: ["", "\nconfirm: client"])
  func `destructiveHint: false is a warning if the client is to ask`(confirm: String) {
    let fixture = MarkedConfiguration(
      DiagnosticExample.rule("annotations: {destructiveHint: ⟦false⟧}" + confirm))
    #expect(fixture.loaded.diagnostics.map(\.id) == ["harmless-rule"])
    #expect(fixture.loaded.diagnostics.map(\.severity) == [.warning])
    #expect(fixture.loaded.diagnostics.compactMap(\.range) == fixture.ranges)
  }

  @Test(
    arguments: [
      "annotations: {destructiveHint: false}\nconfirm: always", "annotations: {destructiveHint: false}\nconfirm: never",
      "annotations: {destructiveHint: true, readOnlyHint: false}",
    ])
  func `an annotation that saves no question passes`(lines: String) throws {
    _ = try configuration(DiagnosticExample.rule(lines))
  }
}
