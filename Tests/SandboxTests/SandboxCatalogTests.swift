import Testing

@testable import Sandbox

@Suite struct SandboxCatalogTests {
  @Test func `the sample configuration names every rule and no secret`() {
    for sample in SandboxCatalog.samples {
      #expect(SandboxCatalog.configurationYAML.contains("\n  \(sample.alias):\n    rule_id: \(sample.rule.ruleID)\n"))
      #expect(SandboxCatalog.configurationYAML.contains("    api_secret: {file: \(sample.secretFile)}\n"))
      #expect(!SandboxCatalog.configurationYAML.contains(sample.rule.apiSecret))
    }
    #expect(!SandboxCatalog.configurationYAML.contains("\t"))
    #expect(SandboxCatalog.configurationYAML.hasSuffix("\n"))
  }

  @Test func `ids are their own`() {
    #expect(Set(SandboxCatalog.rules.map(\.ruleID)).count == SandboxCatalog.rules.count)
    #expect(Set(SandboxCatalog.rules.map(\.apiSecret)).count == SandboxCatalog.rules.count)
    #expect(Set(SandboxCatalog.accounts.map(\.id)).count == SandboxCatalog.accounts.count)
  }
}
