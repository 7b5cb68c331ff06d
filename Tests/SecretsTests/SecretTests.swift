import Secrets
import Testing

@Suite struct SecretTests {
  private struct Holder {
    let name = "x"
    let secret = Secret("not-a-real-secret-1")
  }

  @Test func `nothing prints a secret`() {
    let secret = Secret("not-a-real-secret-1")
    #expect("\(secret)" == "<redacted>")
    #expect(String(reflecting: secret) == "<redacted>")
    var dumped = ""
    dump(Holder(), to: &dumped)
    dump([secret], to: &dumped)
    print(Holder(), Optional(secret) as Any, to: &dumped)
    #expect(!dumped.contains("not-a-real"))
  }

  @Test(arguments: SecretSource.all)
  func `two places that differ only in how a letter is composed are two`(source: SecretSource) {
    func place(_ name: String) -> SecretReference {
      source == .command ? .command(CommandSecret([name])) : SecretReference(source, name)
    }
    let places: Set = [place("caf\u{E9}"), place("cafe\u{301}"), place("caf\u{E9}")]
    #expect(places.count == 2)
    #expect(place("caf\u{E9}") != place("cafe\u{301}"))
  }

  @Test func `reveal gives the text`() {
    #expect(Secret("not-a-real-secret-1").reveal() == "not-a-real-secret-1")
  }
}
