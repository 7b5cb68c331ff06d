import SourceYAML
import Testing

@testable import Config

/// Each diagnostic's own page is its fixture.
struct DiagnosticKindsTests {
  static let withBadExample = DiagnosticKinds.all.filter { $0.markedBadExample != nil }.map(\.id)

  @Test(arguments: withBadExample)
  func `a bad example is reported at its mark`(id: String) throws {
    let kind = try #require(DiagnosticKinds.named(id))
    let fixture = MarkedConfiguration(try #require(kind.markedBadExample))
    let own = fixture.loaded.diagnostics.filter { $0.id == id }
    #expect(own.compactMap(\.range) == fixture.ranges)
    #expect(own.allSatisfy { $0.severity == kind.severity })
  }

  @Test(arguments: withBadExample)
  func `a bad example shows nothing else`(id: String) throws {
    let kind = try #require(DiagnosticKinds.named(id))
    let fixture = MarkedConfiguration(try #require(kind.markedBadExample))
    #expect(fixture.loaded.diagnostics.filter { $0.id != id }.map(\.message) == [])
  }

  @Test(arguments: withBadExample)
  func `a good example is clean`(id: String) throws {
    let kind = try #require(DiagnosticKinds.named(id))
    #expect(MarkedConfiguration(kind.goodExample).loaded.diagnostics.map(\.message) == [])
  }

  @Test func `ids are distinct and in kebab case`() {
    let ids = DiagnosticKinds.all.map(\.id)
    #expect(Set(ids).count == ids.count)
    #expect(ids.allSatisfy { $0.wholeMatch(of: /[a-z0-9]+(-[a-z0-9]+)*/) != nil })
  }

  @Test func `every fault of the YAML parser has a page`() {
    #expect(YAMLFault.allCases.filter { DiagnosticKinds.named($0.rawValue) == nil } == [])
  }

  @Test func `pages are written`() {
    #expect(
      DiagnosticKinds.all.allSatisfy { !$0.summary.isEmpty && $0.explanation.hasSuffix(".") && !$0.goodExample.isEmpty }
    )
    #expect(DiagnosticKinds.all.allSatisfy { !$0.badExample.isEmpty && !$0.badExample.contains("⟦") })
  }
}
