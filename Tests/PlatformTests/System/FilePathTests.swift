import Testing

@testable import Platform

@Suite struct FilePathTests {
  /// The system sees a slash, and then a name that begins with a combining mark.
  @Test(arguments: ["/\u{301}x", "/\u{200D}x", "/\u{FE0F}"])
  func `a path that starts with a slash is absolute, whatever follows`(path: String) {
    #expect(FilePath.isAbsolute(path))
    #expect(FilePath.absolute(path).hasSameBytes(as: path))
    #expect(NamedPath.doubt(path, workingDirectory: "/work") == nil)
  }

  @Test(arguments: ["", "x", "./x", "~/x", "\u{301}/x"]) func `any other path is relative`(path: String) {
    #expect(!FilePath.isAbsolute(path))
  }

  @Test func `a path in the home directory is abbreviated by its bytes`() {
    #expect(FilePath.abbreviated("/home/ann/\u{301}x", home: "/home/ann").hasSameBytes(as: "~/\u{301}x"))
    #expect(FilePath.abbreviated("/home/ann\u{301}/x", home: "/home/ann") == "/home/ann\u{301}/x")
    #expect(FilePath.abbreviated("/home/ann", home: "/home/ann") == "/home/ann")
  }
}
