import SequenceAPI
import Testing

@Suite struct SequenceErrorCodeTests {
  @Test func everyCodeIsDistinctAndHelps() {
    let all = SequenceErrorCode.all
    #expect(Set(all.map(\.name)).count == all.count)
    for code in all {
      #expect(!code.meaning.isEmpty && code.help.hasSuffix("."), "\(code.name)")
      #expect(SequenceErrorCode.named(code.name) == code)
    }
  }
}
