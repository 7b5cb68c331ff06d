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

  @Test func `reveal gives the text`() {
    #expect(Secret("not-a-real-secret-1").reveal() == "not-a-real-secret-1")
  }
}
