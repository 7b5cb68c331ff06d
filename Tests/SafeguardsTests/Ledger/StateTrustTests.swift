import CSystem
import Foundation
import Safeguards
import Testing

@Suite struct StateTrustTests {
  let world = World()

  private func refusal(_ path: String) -> Refusal? {
    TriggerGuard(ledger: Ledger(path: path, clock: world.clock)).reserve(.save()).refusal
  }

  @Test func `nothing is created below a directory that others may write`() throws {
    try FileManager.default.createDirectory(atPath: world.directory, withIntermediateDirectories: false)
    #expect(chmod(world.directory, 0o777) == 0)
    let refusal = try #require(self.refusal(world.directory + "/state"))
    #expect(refusal.code == "LEDGER_UNREADABLE")
    #expect(refusal.message.contains("a directory on its path may be written by others"))
    #expect(world.names().isEmpty)
  }

  @Test func `a directory that is opened to others while the server runs blocks triggers`() throws {
    let path = world.directory + "/state"
    let safeguard = TriggerGuard(ledger: Ledger(path: path, clock: world.clock))
    #expect(safeguard.reserve(.save(note: "a")).reservation != nil)
    #expect(chmod(world.directory, 0o777) == 0)
    #expect(safeguard.reserve(.save(note: "b")).refusal?.code == "LEDGER_UNREADABLE")
    #expect(chmod(world.directory, 0o700) == 0)
    #expect(safeguard.reserve(.save(note: "c")).reservation != nil)
  }

  @Test(
    arguments: [
      (EROFS, "mounted read-only"), (ENOLCK, "on a local disk"), (EIO, "on a local disk"), (ENOSPC, "free some space"),
      (EFBIG, "limit of file sizes"), (EMFILE, "limit of open files"),
      (ENOTDIR, "move it away"),
    ])
  func `the help depends on the error`(_ code: Int32, _ text: String) {
    #expect(StateHelp.help(code, path: "/srv/state").contains(text))
  }

  @Test func `no help says to own the root directory`() {
    #expect(StateHelp.help(EACCES, path: "/.local/state/sequence-mcp") == "set state_dir to a directory of your own")
  }

  @Test(
    arguments: [
      (0o755, 0o666, true), (0o700, 0o666, true), (0o755, 0o664, true), (0o700, 0o664, false), (0o755, 0o644, false),
    ] as [(mode_t, mode_t, Bool)])
  func `a ledger that others could write is reported before it is closed to them`(
    _ directory: mode_t, _ file: mode_t, _ isReported: Bool
  ) {
    #expect(world.makeGuard().reserve(.save()).reservation != nil)
    #expect(chmod(world.directory, directory) == 0 && chmod(world.path("ledger.jsonl"), file) == 0)
    _ = world.makeGuard().check(.save(note: "b"))
    #expect(world.isNoticed("other users could write \(world.path("ledger.jsonl")) until now") == isReported)
  }

  @Test func `only a directory that is written in is hidden from others`() throws {
    try FileManager.default.createDirectory(atPath: world.directory, withIntermediateDirectories: false)
    #expect(chmod(world.directory, 0o755) == 0)
    let safeguard = world.makeGuard()
    func mode() throws -> Int? {
      try FileManager.default.attributesOfItem(atPath: world.directory)[.posixPermissions] as? Int
    }
    _ = try safeguard.approvals.waiting()
    #expect(try mode() == 0o755)
    #expect(safeguard.reserve(.save()).reservation != nil)
    #expect(try mode() == 0o700)
  }
}
