import CSystem
import Platform

/// A temporary directory of this run (mode 0700), under `$TMPDIR`, else `/tmp`.
struct TemporaryDirectory {
  let path: String

  init() throws(CommandError) {
    let parent = ProcessEnvironment.capture()["TMPDIR"].flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp"
    var template = Array((parent + "/sequence-mcp-XXXXXX").utf8CString)
    guard let made = mkdtemp(&template) else {
      throw .unusable(
        SystemError.last("make a directory in \(parent)").description
          + "; set TMPDIR to a directory that can be written")
    }
    path = String(cString: made)
  }

  /// Deletes the directory and everything in it. Links are not followed.
  func remove() { Self.remove(path) }

  private static func remove(_ path: String) {
    if let stream = opendir(path) {
      while let entry = readdir(stream) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
          pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        guard name != ".", name != ".." else { continue }
        let child = path + "/" + name
        if (try? FileStatus(ofLink: child))?.kind == .directory { remove(child) } else { unlink(child) }
      }
      closedir(stream)
    }
    rmdir(path)
  }
}
