import Rules

#if os(Linux)
  import Foundation
  import Testing

  /// A disk of 64 KiB for the state directory. Only the server that was launched with it sees it, and it disappears with the
  /// server.
  struct TinyDisk {
    /// Whether this system allows mounting it.
    static let isPossible =
      geteuid() == 0 && (try? run(["/usr/bin/unshare", "-m", "/bin/mount", "-t", "tmpfs", "none", "/tmp"])) == 0

    /// Its mount point, as the server sees it.
    let directory: String
    private let isReadOnly: Bool

    /// - Parameter isReadOnly: Whether it is read-only until `makeWritable`.
    init(_ stage: Stage, isReadOnly: Bool = false) throws {
      directory = stage.program.home.path + "/state"
      self.isReadOnly = isReadOnly
      try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    }

    /// The command line that precedes the program's own.
    var launcher: [String] {
      let script =
        #"mount -t tmpfs -o size=64k,mode=700 none "$0""# + (isReadOnly ? #" && mount -o remount,ro "$0""# : "")
      return ["/usr/bin/unshare", "-m", "/bin/sh", "-c", script + #" && exec "$@""#, directory]
    }

    /// Returns the path of a file on the disk, as the tests see it.
    func path(_ name: String, of server: ServerProcess) -> String {
      "/proc/\(server.processID)/root\(directory)/\(name)"
    }

    /// Writes until the disk is full.
    func fill(of server: ServerProcess) {
      let file = open(path("filler", of: server), O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
      defer { close(file) }
      for size in [4096, 1] {
        let bytes = [UInt8](repeating: 0x20, count: size)
        while write(file, bytes, size) == size {}
      }
      #expect(errno == ENOSPC)
    }

    func makeRoom(of server: ServerProcess) throws {
      try FileManager.default.removeItem(atPath: path("filler", of: server))
    }

    func makeWritable(of server: ServerProcess) throws {
      let words = ["/usr/bin/nsenter", "-t", "\(server.processID)", "-m", "/bin/mount", "-o", "remount,rw", directory]
      #expect(try TinyDisk.run(words) == 0)
    }

    private static func run(_ words: [String]) throws -> Int32 {
      let process = Process()
      process.executableURL = URL(fileURLWithPath: words[0])
      process.arguments = Array(words.dropFirst())
      process.standardError = FileHandle.nullDevice
      try process.run()
      process.waitUntilExit()
      return process.terminationStatus
    }
  }
#endif
