import Foundation
import Testing

@Suite struct SchemaCommandTests {
  @Test func `it is the schema beside the examples`() throws {
    let program = try Program()
    let result = try program.run(["schema"])
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../..")
    let file = try Data(contentsOf: root.appendingPathComponent("examples/config.schema.json"))
    #expect(result.output == String(decoding: file, as: UTF8.self))
    #expect(result.exitCode == 0)
  }
}
