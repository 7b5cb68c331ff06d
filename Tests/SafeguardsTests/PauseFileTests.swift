import Foundation
import Safeguards
import Testing

struct PauseFileTests {
  let world = World()

  private func pause(_ text: String) throws {
    try FileManager.default.createDirectory(
      atPath: world.directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    try text.write(toFile: world.path("paused"), atomically: false, encoding: .utf8)
  }

  @Test func `every trigger is refused with the file's text`() throws {
    try pause("On holiday until\nMonday.\n")
    let safeguard = world.makeGuard()
    let refusal = try #require(safeguard.reserve(.save()).refusal)
    #expect(refusal.code == "PAUSED")
    #expect(refusal.message == "Nothing was triggered: the owner has paused all triggers: On holiday until Monday.")
    #expect(!refusal.help.contains(world.directory), "where the file is, is for the owner")
    #expect(safeguard.check(.save()).refusal?.code == "PAUSED")
    try FileManager.default.removeItem(atPath: world.path("paused"))
    #expect(safeguard.reserve(.save()).reservation != nil)
  }

  @Test func `an empty file pauses too`() throws {
    try pause("")
    #expect(
      world.makeGuard().reserve(.save()).refusal?.message == "Nothing was triggered: the owner has paused all triggers."
    )
  }

  @Test func `pausing works while the server runs`() throws {
    let safeguard = world.makeGuard()
    safeguard.run(.save(note: "a"))
    try pause("stop")
    #expect(safeguard.reserve(.save(note: "b")).refusal?.code == "PAUSED")
  }

  @Test func `anything with that name pauses`() throws {
    try pause("")
    try FileManager.default.removeItem(atPath: world.path("paused"))
    try FileManager.default.createSymbolicLink(atPath: world.path("paused"), withDestinationPath: "/nowhere")
    #expect(world.makeGuard().reserve(.save()).refusal?.code == "PAUSED")
    try FileManager.default.removeItem(atPath: world.path("paused"))
    #expect(mkfifo(world.path("paused"), 0o600) == 0)
    #expect(world.makeGuard().reserve(.save()).refusal?.code == "PAUSED")
  }

  @Test func `the text is cleaned and cut`() throws {
    try pause("a\u{1B}[31m\u{202E}b\u{200B} " + String(repeating: "x", count: 9000))
    let message = try #require(world.makeGuard().reserve(.save()).refusal?.message)
    #expect(
      message == "Nothing was triggered: the owner has paused all triggers: a[31mb "
        + String(repeating: "x", count: 192)
        + "…")
  }

  @Test func `a secret in the reason is taken out before the reason is cut`() throws {
    let secret = "not-a-real-secret-1"
    try pause(String(repeating: "x ", count: 95) + secret)
    let safeguard = world.makeGuard(scrub: { $0.replacingOccurrences(of: secret, with: "<redacted>") })
    let message = try #require(safeguard.reserve(.save()).refusal?.message)
    #expect(!message.contains("not-a-real"))
    #expect(message.hasSuffix("x <redacted>"))
  }

  @Test func `an overlong reason is not shown`() throws {
    try pause(String(repeating: " ", count: 65_530) + "not-a-real-secret-1")
    #expect(
      world.makeGuard().reserve(.save()).refusal?.message == "Nothing was triggered: the owner has paused all triggers."
    )
  }

  @Test func `a pause is written and removed, and a new reason takes the place of the old one`() throws {
    #expect(try PauseFile.write(reason: "on holiday", in: world.directory) == nil)
    #expect(try PauseFile.find(in: world.directory)?.text == "on holiday")
    #expect(try PauseFile.write(reason: "", in: world.directory) == nil)
    #expect(try PauseFile.find(in: world.directory)?.text == "on holiday")
    #expect(try PauseFile.write(reason: "at the dentist", in: world.directory) == nil)
    #expect(try PauseFile.find(in: world.directory)?.text == "at the dentist")
    #expect(try PauseFile.remove(in: world.directory))
    #expect(try !PauseFile.remove(in: world.directory))
    #expect(world.makeGuard().reserve(.save()).reservation != nil)
  }

  @Test func `on a full disk the empty file pauses; only the reason is lost`() throws {
    let disk = FaultyDisk(failingWrites: 1, kept: 3)
    let lost = try #require(try PauseFile.write(reason: "on holiday", in: world.directory, on: disk.storage))
    #expect(lost.problem.contains("No space left on device"))
    #expect(try PauseFile.find(in: world.directory)?.text == "")
    disk.fail(times: 1)
    #expect(try PauseFile.write(reason: "on holiday", in: world.directory, on: disk.storage) != nil)
    #expect(try PauseFile.find(in: world.directory)?.text == "")
    #expect(try PauseFile.write(reason: "on holiday", in: world.directory, on: disk.storage) == nil)
    #expect(try PauseFile.find(in: world.directory)?.text == "on holiday")
  }

  @Test func `what pauses the real triggers pauses the sandbox too`() throws {
    let ledger = Ledger(path: world.path("sandbox/0123456789abcdef"), clock: world.clock)
    let safeguard = TriggerGuard(ledger: ledger)
    #expect(safeguard.check(.save()).goes)
    #expect(safeguard.pause == nil)
    try pause("stop")
    let refusal = try #require(safeguard.reserve(.save()).refusal)
    #expect(refusal.code == "PAUSED")
    #expect(!refusal.help.contains(world.directory), "where the file is, is for the owner")
    #expect(safeguard.pause?.message == refusal.message)
  }

  @Test func `another directory is not paused by the one above it`() throws {
    try pause("stop")
    #expect(TriggerGuard(ledger: Ledger(path: world.path("other"), clock: world.clock)).check(.save()).goes)
  }
}
