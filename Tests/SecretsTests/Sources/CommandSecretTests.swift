import CSystem
import Foundation
import Platform
import Synchronization
import TestSupport
import Testing

@testable import Secrets

/// `{command: [...]}`: every way in which a program can fail to print a secret, and what the program receives.
@Suite(.waiting) struct CommandSecretTests {
  private let directory = TemporaryDirectory()

  private func resolver(
    _ environment: [String: String] = ["PATH": "/usr/bin:/bin"], references: [SecretReference] = [],
    milliseconds: Int64 = 20_000, clock: any Clock = ManualClock()
  ) -> SecretResolver {
    SecretResolver(
      environment: environment, scrubber: SecretScrubber(), references: references, clock: clock,
      commandMilliseconds: milliseconds)
  }

  private func fault(
    _ words: [String], _ resolver: SecretResolver? = nil, isStopped: () -> Bool = { false }
  ) -> SecretFault? {
    do throws(SecretFault) {
      _ = try (resolver ?? self.resolver()).resolve(.command(CommandSecret(words)), isStopped: isStopped)
      return nil
    } catch {
      return error
    }
  }

  private func script(_ text: String, mode: mode_t = 0o700) throws -> String {
    let path = directory.path + "/get-secret"
    try writeProgram("#!/bin/sh\n" + text, to: path, mode: Int(mode))
    return path
  }

  @Test(arguments: [(400, 1), (0, 0)])
  func `a command that takes longer than a second is named once, while it runs`(millisecondsPerLook: Int64, count: Int)
    throws
  {
    let clock = ManualClock()
    let done = directory.path + "/done"
    let command = CommandSecret([try script("until [ -e \(done) ]; do sleep 0.01; done; echo not-a-real-secret-1")])
    let noted = Mutex<[[String]]>([])
    var looks = 0
    let secret = try resolver(clock: clock).notingWaits { command in noted.withLock { $0.append(command.words) } }
      .resolve(.command(command)) {
        clock.advance(milliseconds: millisecondsPerLook)
        looks += 1
        if looks == 8 { _ = FileManager.default.createFile(atPath: done, contents: nil) }
        return false
      }
    #expect(secret.reveal() == "not-a-real-secret-1")
    #expect(noted.withLock { $0 } == Array(repeating: command.words, count: count))
  }

  @Test func `what it prints is the secret, without one newline, and the scrubber knows it`() throws {
    let scrubber = SecretScrubber()
    let resolver = SecretResolver(environment: [:], scrubber: scrubber)
    let command = CommandSecret([try script("echo not-a-real-secret-1; echo chatter >&2")])
    #expect(try resolver.resolve(.command(command)).reveal() == "not-a-real-secret-1")
    #expect(scrubber.scrub("it is not-a-real-secret-1") == "it is <redacted>")
  }

  @Test func `the oldest secrets of a command are forgotten, unless they are in use elsewhere`() throws {
    let scrubber = SecretScrubber(of: Secret("not-a-real-secret-0"))
    let printed = directory.path + "/printed"
    let resolver = SecretResolver(environment: ["TOKEN": "not-a-real-secret-1"], scrubber: scrubber)
    _ = try resolver.resolve(SecretReference(.environment, "TOKEN"))
    let command = SecretReference.command(CommandSecret([try script("cat \(printed)")]))
    let count = SecretScrubber.commandSecretCount
    for number in 0...(count + 2) {
      try Data("not-a-real-secret-\(number)".utf8).write(to: URL(filePath: printed))
      _ = try resolver.resolve(command)
    }
    let forgotten = (0...(count + 2)).filter { !scrubber.finds(in: "it is not-a-real-secret-\($0) here") }
    #expect(forgotten == [2])
  }

  @Test func `the secrets of a file that was replaced stay known`() throws {
    let scrubber = SecretScrubber()
    let resolver = SecretResolver(environment: [:], scrubber: scrubber)
    let path = directory.path + "/secret"
    for number in 0..<4 {
      try Data("not-a-real-secret-\(number)".utf8).write(to: URL(filePath: path))
      chmod(path, 0o600)
      _ = try resolver.resolve(SecretReference(.file, path))
    }
    #expect((0..<4).allSatisfy { scrubber.finds(in: "it is not-a-real-secret-\($0)") })
  }

  @Test(
    arguments: [
      ("echo not-a-real-1 >&2; exit 3", .commandFailed, "failed with status 3; it wrote 13 bytes to stderr"),
      ("echo not-a-real-1; exit 1", .commandFailed, "failed with status 1"),
      ("kill -TERM $$", .commandFailed, "was ended by signal 15"),
      ("while :; do echo not-a-real-1; done", .commandTooMuch, "prints more than a secret"),
      ("while :; do echo not-a-real-1 >&2; done", .commandTooMuch, "prints more than a secret"),
      ("printf '%5000s' not-a-real-1", .commandTooMuch, "prints more than a secret"),
      (":", .empty, "the output of the command '"),
      ("echo not-a-real-1; echo not-a-real-2", .multiline, "has more than one line"),
      ("printf 'not\\000-a-real-1'", .controlCharacter, "contains a control or invisible character"),
      ("printf '\\377\\376not-a-real'", .notText, "is not UTF-8 text"),
      // A question cannot be answered: there is no input and no terminal.
      ("read answer || exit 9; echo not-a-real-1", .commandFailed, "failed with status 9"),
      ("echo question > /dev/tty || exit 8; echo not-a-real-1", .commandFailed, "failed with status"),
    ] as [(String, SecretFault.Kind, String)])
  func `one that cannot give a secret is named, and nothing that it wrote is`(
    text: String, kind: SecretFault.Kind, words: String
  ) throws {
    let path = try script(text)
    let fault = try #require(self.fault([path]))
    #expect(fault.kind == kind)
    #expect(fault.message.contains(words) && fault.message.contains("the command '\(path)'"), "\(fault.message)")
    #expect(!(fault.message + fault.help).contains("not-a-real"))
  }

  @Test func `one that hangs is ended after its time with all that it started`() throws {
    let started = directory.path + "/started"
    let path = try script("trap '' TERM; sleep 600 & echo $! > \(started); wait")
    let fault = fault([path], resolver(milliseconds: 400))
    #expect(fault?.kind == .commandUnfinished)
    #expect(fault?.message == "the command '\(path)' did not end within 0 s")
    let child = try #require(
      pid_t(try String(contentsOfFile: started, encoding: .utf8).trimmingCharacters(in: .newlines)))
    #expect(isGone(child))
  }

  @Test func `one whose call is over is ended`() throws {
    var looks = 0
    let fault = fault([try script("sleep 600")]) {
      looks += 1
      return looks > 2
    }
    #expect(fault?.kind == .commandUnfinished)
  }

  @Test(
    arguments: [
      ("mkdir get-secret", .commandNotAProgram, "is a directory"),
      ("rm get-secret", .commandMissing, "there is no program"),
      ("chmod 600 get-secret", .commandNotAProgram, "cannot be run"),
      ("chmod 722 get-secret", .commandUntrusted, "cannot be trusted: it is writable by others"),
      ("chmod 777 .", .commandUntrusted, "cannot be trusted: the directory "),
      ("ln -s /dev/null get-secret", .commandNotAProgram, "cannot be run"),
      ("ln -s nowhere get-secret", .commandNotAProgram, "cannot be run"),
      ("printf '\\001\\002' > get-secret; chmod 700 get-secret", .commandNotAProgram, "cannot be started: "),
      ("printf 'touch ran' > get-secret; chmod 700 get-secret", .commandNotAProgram, "cannot be started: "),
    ] as [(String, SecretFault.Kind, String)])
  func `one that is not a program that only its owner can change is not run`(
    damage: String, kind: SecretFault.Kind, words: String
  ) throws {
    let path = try script("touch ran; echo not-a-real-secret-1")
    let shell = Process()
    shell.executableURL = URL(fileURLWithPath: "/bin/sh")
    let removal = damage.contains(">") || damage.hasPrefix("mkdir") || damage.hasPrefix("ln") ? "rm get-secret; " : ""
    shell.arguments = ["-c", "cd '\(directory.path)'; " + removal + damage]
    try shell.run()
    shell.waitUntilExit()
    let fault = fault([path])
    #expect(fault?.kind == kind)
    #expect(fault?.message.contains(words) == true, "\(fault?.message ?? "")")
    #expect(!FileManager.default.fileExists(atPath: directory.path + "/ran"))
  }

  @Test(.enabled(if: geteuid() == 0))
  func `another user's program is not run`() throws {
    let path = try script("echo not-a-real-secret-1")
    #expect(chown(path, 4242, 4242) == 0)
    #expect(fault([path])?.kind == .commandUntrusted)
  }

  @Test func `a name is looked up in the absolute directories of PATH, then in the usual ones`() throws {
    _ = try script("echo not-a-real-secret-1")
    let home = directory.path + "/home"
    try FileManager.default.createDirectory(atPath: home + "/.local/bin", withIntermediateDirectories: true)
    try FileManager.default.copyItem(atPath: directory.path + "/get-secret", toPath: home + "/.local/bin/get-mine")
    let environments = [
      ("get-secret", ["PATH": "relative:/nowhere:\(directory.path)"]), ("get-mine", ["PATH": "/bin", "HOME": home]),
    ]
    for (name, environment) in environments { #expect(fault([name], resolver(environment)) == nil) }
    let missing = fault(["get-secret"], resolver(["PATH": ".:relative", "HOME": home]))
    #expect(missing?.kind == .commandMissing)
    #expect(missing?.message == "the command 'get-secret' was not found")
  }

  @Test func `it gets the environment without the variables that hold secrets, and starts in the root directory`()
    throws
  {
    let environment = [
      "PATH": "/usr/bin:/bin", "RULE_SECRET": "not-a-real-1", "SEQUENCE_ACCESS_TOKEN": "not-a-real-2",
      "SEQUENCE_API_KEY": "not-a-real-3", "OTHER": "kept",
    ]
    let path = try script(
      "echo \"$(pwd) ${RULE_SECRET-none} ${SEQUENCE_ACCESS_TOKEN-none} ${SEQUENCE_API_KEY-none} $OTHER.\"")
    let resolver = resolver(environment, references: [SecretReference(.environment, "RULE_SECRET")])
    #expect(try resolver.resolve(.command(CommandSecret([path]))).reveal() == "/ none none none kept.")
    #expect(
      try resolver.withholding([SecretReference(.environment, "OTHER")]).resolve(.command(CommandSecret([path])))
        .reveal().hasPrefix(
          "/ not-a-real-1"))
  }

  @Test func `an argument is one word with any content, and no shell reads it`() throws {
    let hostile = "a b $(touch ran) 'q' \"d\" \\ * --x"
    #expect(
      try resolver().resolve(.command(CommandSecret(["/usr/bin/printf", "%s", hostile]))).reveal() == hostile)
  }

  // MARK: Caching

  private func counting() throws -> (words: [String], runs: () -> Int) {
    let log = directory.path + "/runs"
    let path = try script("echo x >> \(log); echo not-a-real-secret-1")
    return ([path], { (try? String(contentsOfFile: log, encoding: .utf8))?.split(separator: "\n").count ?? 0 })
  }

  @Test func `it runs at each use, and once for a call`() throws {
    let (words, runs) = try counting()
    let (resolver, reference) = (resolver(), SecretReference.command(CommandSecret(words)))
    for _ in 0..<2 { _ = try resolver.resolve(reference) }
    #expect(runs() == 2)
    let call = CallSecrets(resolver)
    for _ in 0..<3 { _ = try call.resolve(reference) }
    #expect(runs() == 3)
  }

  @Test func `one that fails is not run again for the same call`() throws {
    let log = directory.path + "/runs"
    let call = CallSecrets(resolver())
    let reference = SecretReference.command(CommandSecret([try script("echo x >> \(log); exit 1")]))
    for _ in 0..<3 { #expect(throws: SecretFault.self) { try call.resolve(reference) } }
    #expect(try String(contentsOfFile: log, encoding: .utf8) == "x\n")
  }

  @Test func `its secret is kept for as long as 'cache' says, and until one is refused`() throws {
    let clock = ManualClock()
    let (words, runs) = try counting()
    let (resolver, reference) = (
      resolver(clock: clock), SecretReference.command(CommandSecret(words, cacheSeconds: 60))
    )
    func use() throws -> Int {
      _ = try resolver.withholding([]).resolve(reference)
      return runs()
    }
    #expect(try use() == 1)
    clock.advance(milliseconds: 59_999)
    #expect(try use() == 1)
    clock.advance(milliseconds: 1)
    #expect(try use() == 2)
    resolver.forget()
    #expect(try use() == 3)
  }

  @Test func `whether it could be run is judged without running it`() throws {
    let (words, runs) = try counting()
    #expect(try resolver().resolveWithoutRunning(.command(CommandSecret(words))) == nil)
    #expect(runs() == 0)
    #expect(throws: SecretFault.self) {
      try resolver().resolveWithoutRunning(.command(CommandSecret(["/nowhere/get-secret"])))
    }
  }

  @Test func `what it writes to stderr goes to the observer alone`() throws {
    let seen = Mutex<[[UInt8]]>([])
    let resolver = resolver().observing { _, bytes in seen.withLock { $0.append(bytes) } }
    #expect(fault([try script("echo locked >&2; exit 1")], resolver) != nil)
    #expect(seen.withLock { $0 } == [Array("locked\n".utf8)])
  }
}
