import Platform
import Testing

@Suite struct UUIDTextTests {
  @Test func `a random UUID is of version four`() {
    let uuids = (0..<100).map { _ in UUIDText.random() }
    #expect(Set(uuids).count == 100)
    for uuid in uuids {
      let bytes = Array(uuid.utf8)
      #expect(UUIDText.isValid(bytes))
      #expect(bytes[14] == UInt8(ascii: "4"))
      #expect("89ab".utf8.contains(bytes[19]))
    }
  }
}
