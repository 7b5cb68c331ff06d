import CSystem
import Platform
import TestSupport
import Testing

@Suite struct FileSystemTests {
  @Test func `the names in a directory are sorted, and an open directory keeps its position`() throws {
    let directory = TemporaryDirectory()
    for name in ["b", "a", ".c"] { _ = try directory.write(name, "") }
    #expect(FileSystem.names(in: directory.path) == [".c", "a", "b"])
    let descriptor = system_open(directory.path, O_RDONLY, 0)
    defer { close(descriptor) }
    for _ in 0..<2 { #expect(FileSystem.names(of: descriptor) == [".c", "a", "b"]) }
  }

  @Test func `what is not a directory has no names`() throws {
    let directory = TemporaryDirectory()
    #expect(FileSystem.names(in: try directory.write("file", "")) == nil)
    #expect(FileSystem.names(in: directory.path + "/nothing") == nil)
  }
}
