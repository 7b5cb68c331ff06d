import Foundation
import Testing

@testable import Platform

@Suite final class FileTests {
  private let directory = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path

  init() throws { try FilePath.makeDirectories(directory, mode: 0o700) }

  deinit { try? FileManager.default.removeItem(atPath: directory) }

  private var path: String { directory + "/file" }

  private func text(_ path: String) throws -> String {
    String(decoding: try File(reading: path).contents(limit: 100), as: UTF8.self)
  }

  private func fault(_ path: String) -> File.Fault? {
    do throws(File.Fault) {
      _ = try File(reading: path)
      return nil
    } catch {
      return error
    }
  }

  @Test func `a file is created once, with its mode`() throws {
    try File.create(path, Array("one".utf8), mode: 0o640)
    #expect(try text(path) == "one")
    #expect(try FileStatus(ofLink: path).permissions == 0o640)
    #expect(throws: SystemError(code: EEXIST, attempt: "create \(path)")) { try File.create(path, [], mode: 0o600) }
  }

  @Test func `a replaced file keeps its mode and is a new file`() throws {
    try File.create(path, Array("one".utf8), mode: 0o640)
    let before = try FileStatus(ofLink: path)
    try File.replace(path, with: Array("two".utf8), like: before)
    let after = try FileStatus(ofLink: path)
    #expect(try text(path) == "two")
    #expect(after.permissions == 0o640 && after.identity != before.identity)
  }

  @Test func `a refused replacement leaves the file and no draft`() throws {
    try File.create(path, Array("one".utf8), mode: 0o600)
    #expect(throws: SystemError.self) {
      try File.replace(path, with: Array("two".utf8), like: nil) { () throws(SystemError) in
        throw SystemError(code: EBUSY, attempt: "check")
      }
    }
    #expect(try text(path) == "one")
    #expect(try FileManager.default.contentsOfDirectory(atPath: directory) == ["file"])
  }

  @Test func `what a crash left of an earlier replacement does not stop the next one`() throws {
    try File.create(path, Array("one".utf8), mode: 0o600)
    // In a container, each process may have the same id.
    try File.create("\(path).new-\(getpid())", Array("lost".utf8), mode: 0o600)
    try File.replace(path, with: Array("two".utf8), like: nil)
    #expect(try text(path) == "two")
  }

  @Test func `only regular files are opened, and nothing blocks`() throws {
    #expect(mkfifo(path, 0o600) == 0)
    #expect(fault(path) == .notRegular(.other))
    #expect(fault(directory) == .notRegular(.directory))
    #expect(fault("/dev/null") == .notRegular(.other))
    #expect(fault(directory + "/a\0b") == .system(SystemError(code: ENOENT, attempt: "open")))
  }

  @Test func `reading stops one byte after the limit`() throws {
    try File.create(path, Array(repeating: 7, count: 100), mode: 0o600)
    #expect(try File(reading: path).contents(limit: 10).count == 11)
  }
}
