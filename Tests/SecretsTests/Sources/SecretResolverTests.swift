import CSystem
import Foundation
import Platform
import TestSupport
import Testing

@testable import Secrets

@Suite struct SecretResolverTests {
  private let directory = TemporaryDirectory()

  private func resolve(
    _ reference: SecretReference, _ environment: [String: String] = [:]
  ) throws(SecretFault) -> String {
    try SecretResolver(environment: environment, scrubber: SecretScrubber()).resolve(reference).reveal()
  }

  private func fault(_ reference: SecretReference, _ environment: [String: String] = [:]) -> SecretFault? {
    do throws(SecretFault) {
      _ = try resolve(reference, environment)
      return nil
    } catch {
      return error
    }
  }

  #if os(Linux)
    @Test func `other processes cannot read the memory of one that has resolved a secret`() throws {
      #expect(try resolve(SecretReference(.environment, "X"), ["X": "not-a-real-secret-1"]) == "not-a-real-secret-1")
      #expect(!system_is_dumpable())
    }
  #endif

  @Test func `a read that hangs for a second is left to the call that began it`() {
    let reads = SecretReads()
    let reference = SecretReference(.environment, "SECRET")
    #expect(reads.begin(reference, atMilliseconds: 0))
    #expect(reads.begin(reference, atMilliseconds: 999))
    #expect(!reads.begin(reference, atMilliseconds: 1000))
    reads.end(reference)
    #expect(reads.begin(reference, atMilliseconds: 1000))
  }

  @Test(arguments: [
    "not-a-real-secret-1", "not-a-real-secret-1\n", "not-a-real-secret-1\r\n", "with inner space", "with$dollar",
    "$50.00",
    "ünïcode", String(repeating: "x", count: 4096),
  ])
  func `a secret is read without one trailing newline`(_ text: String) throws {
    let expected = text.utf8.last == UInt8(ascii: "\n") ? "not-a-real-secret-1" : text
    #expect(try resolve(SecretReference(.environment, "X"), ["X": text]) == expected)
    #expect(try resolve(SecretReference(.file, directory.write("s", text))) == expected)
    #expect(try resolve(SecretReference(.credential, "s"), ["CREDENTIALS_DIRECTORY": directory.path]) == expected)
  }

  @Test(
    arguments: [
      ("", .empty), ("\n", .empty), ("\r\n", .empty), ("fake-1\n\n", .multiline), ("fake-1\nfake-2", .multiline),
      ("fake-1\r", .multiline), (" fake-1", .surroundingSpace), ("fake-1 \n", .surroundingSpace),
      ("   ", .surroundingSpace),
      ("\u{A0}fake-1", .surroundingSpace), ("fa\tke-1", .controlCharacter), ("fa\u{1B}ke", .controlCharacter),
      ("\u{FEFF}fake-1", .controlCharacter), ("fa\u{200B}ke", .controlCharacter), ("fa\u{85}ke", .controlCharacter),
      ("Bearer fake-1", .bearerPrefix), ("bearer fake-1", .bearerPrefix), ("${FAKE}", .unexpanded),
      ("$FAKE_1", .unexpanded),
      ("$(cat fake)", .unexpanded), ("op://vault/fake/item", .unexpanded),
      ("fake1", .tooShort), ("fake1\n", .tooShort), ("é-é", .tooShort), ("ab cde", .tooShort),
      ("a b\u{A0}c\u{2003}d", .tooShort),
      (String(repeating: "x", count: 4097), .tooLong),
    ] as [(String, SecretFault.Kind)])
  func `faulty text is refused from every source without showing it`(_ text: String, _ kind: SecretFault.Kind) throws {
    let path = try directory.write("s", text)
    let faults = [
      fault(SecretReference(.environment, "X"), ["X": text]), fault(SecretReference(.file, path)),
      fault(SecretReference(.credential, "s"), ["CREDENTIALS_DIRECTORY": directory.path]),
    ]
    for fault in faults {
      #expect(fault?.kind == kind)
      let words = (fault?.message ?? "") + (fault?.help ?? "")
      #expect(!words.contains("fake") && !words.contains("FAKE") && !words.contains("xxx"))
    }
  }

  @Test(
    arguments: [
      "{{X}}", "%X%", "{x}", "<<x>>", "#{x}", "<x>",
    ])
  func `a placeholder for a secret is reported as one, however short it is`(text: String) {
    #expect(fault(SecretReference(.environment, "X"), ["X": text]) == nil)
    #expect(SecretWarning.about(text)?.message == "looks like a template or an encrypted value")
  }

  @Test func `text that is not UTF-8 is refused`() throws {
    let path = try directory.write(bytes: [0x66, 0xFF, 0x66], "s")
    #expect(fault(SecretReference(.file, path))?.kind == .notText)
  }

  @Test func `a missing variable is named`() {
    let fault = fault(SecretReference(.environment, "RU_1_SECRET"))
    #expect(fault?.diagnosticID == "secret-env-missing")
    #expect(fault?.message == "the environment variable 'RU_1_SECRET' is not set")
  }

  @Test func `a missing file is named`() {
    let fault = fault(SecretReference(.file, directory.path + "/none"))
    #expect(fault?.diagnosticID == "secret-file-missing")
    #expect(fault?.help.contains("chmod 600") == true)
  }

  @Test(arguments: ["none/s", "s\0x"])
  func `unusual paths are missing`(_ name: String) throws {
    _ = try directory.write("s", "not-a-real-secret-1")
    #expect(fault(SecretReference(.file, directory.path + "/" + name))?.kind == .fileMissing)
  }

  @Test(arguments: [("/", "remove the '/' at its end"), ("/x", "name a file in a directory of your own")])
  func `a file as directory is missing`(end: String, help: String) throws {
    let fault = fault(SecretReference(.file, try directory.write("s", "not-a-real-secret-1") + end))
    #expect(fault?.kind == .fileMissing && fault?.message.hasSuffix("is not a directory") == true)
    #expect(fault?.help == help)
  }

  @Test(arguments: [0o644, 0o640, 0o604, 0o620, 0o602] as [mode_t])
  func `a file open to others is refused`(_ mode: mode_t) throws {
    let path = try directory.write("s", "not-a-real-secret-1", mode: mode)
    let fault = fault(SecretReference(.file, path))
    #expect(fault?.kind == .fileMode)
    #expect(fault?.help == "run: chmod 600 \(FilePath.resolvingLinks(path))")
  }

  @Test(arguments: [0o600, 0o400, 0o700] as [mode_t])
  func `a file of the owner alone is taken`(_ mode: mode_t) throws {
    #expect(fault(SecretReference(.file, try directory.write("s", "not-a-real-secret-1", mode: mode))) == nil)
  }

  @Test func `a credential is exempt from the mode`() throws {
    _ = try directory.write("s", "not-a-real-secret-1", mode: 0o644)
    #expect(fault(SecretReference(.credential, "s"), ["CREDENTIALS_DIRECTORY": directory.path]) == nil)
  }

  @Test(.enabled(if: geteuid() == 0))
  func `a file of another user is refused`() throws {
    let path = try directory.write("s", "not-a-real-secret-1")
    #expect(chown(path, 4242, 4242) == 0)
    #expect(fault(SecretReference(.file, path))?.kind == .fileOwner)
    #expect(throws: Never.self) { try FileSecretSource.read(path, userID: 4242) }
  }

  @Test(arguments: ["directory", "pipe", "device", "socket", "link to directory", "link to pipe", "link to device"])
  func `anything but a regular file is refused without hanging`(_ what: String) throws {
    let target = directory.path + "/target"
    let path = what.hasPrefix("link") ? directory.path + "/link" : target
    switch what.split(separator: " ").last {
    case "directory": #expect(mkdir(target, 0o700) == 0)
    case "pipe": #expect(mkfifo(target, 0o600) == 0)
    case "socket": try directory.bindSocket(target)
    default: break
    }
    let isDevice = what.hasSuffix("device")
    if path != target { #expect(symlink(isDevice ? "/dev/zero" : target, path) == 0) }
    #expect(fault(SecretReference(.file, isDevice && path == target ? "/dev/zero" : path))?.kind == .notAFile)
  }

  @Test func `a link is followed and its target checked`() throws {
    let target = try directory.write("target", "not-a-real-secret-1")
    let link = directory.path + "/link"
    #expect(symlink(target, link) == 0)
    #expect(fault(SecretReference(.file, link)) == nil)
    #expect(chmod(target, 0o644) == 0)
    #expect(fault(SecretReference(.file, link))?.kind == .fileMode)
  }

  @Test func `a link to itself is unreadable`() {
    let link = directory.path + "/loop"
    #expect(symlink(link, link) == 0)
    let fault = fault(SecretReference(.file, link))
    #expect(fault?.kind == .fileUnreadable && fault?.help == "repair or delete the link \(link)")
  }

  @Test func `a link to a missing file is told as one`() throws {
    let link = directory.path + "/dangling"
    #expect(symlink(directory.path + "/none", link) == 0)
    let fault = fault(SecretReference(.file, link))
    #expect(fault?.kind == .fileMissing && fault?.help == "repair or delete the link \(link)")
    #expect(fault?.message.hasSuffix("the link \(link) leads to something that does not exist") == true)
  }

  @Test func `a huge file is refused without reading it`() throws {
    let path = try directory.write("s", "x")
    #expect(truncate(path, 1 << 40) == 0)
    #expect(fault(SecretReference(.file, path))?.kind == .tooLong)
  }

  @Test func `a rotated file is read anew`() throws {
    let resolver = SecretResolver(environment: [:], scrubber: SecretScrubber())
    let path = try directory.write("s", "not-a-real-secret-1")
    #expect(try resolver.resolve(SecretReference(.file, path)).reveal() == "not-a-real-secret-1")
    _ = try directory.write("s", "not-a-real-secret-2")
    #expect(try resolver.resolve(SecretReference(.file, path)).reveal() == "not-a-real-secret-2")
  }

  @Test func `the shortest secret can be scrubbed`() throws {
    let scrubber = SecretScrubber()
    _ = try SecretResolver(environment: ["X": "fake-1"], scrubber: scrubber).resolve(SecretReference(.environment, "X"))
    #expect(scrubber.scrub("it is fake-1") == "it is <redacted>")
  }

  @Test(arguments: [
    SecretReference(.environment, "sk_live_NotARealSecret1"),
    SecretReference(.file, "/home/ann/sk_live_NotARealSecret1"),
    SecretReference(.credential, "sk_live_NotARealSecret1"),
  ])
  func `a secret in the place of its name is not shown`(_ reference: SecretReference) {
    for environment in [[:], ["CREDENTIALS_DIRECTORY": directory.path]] {
      let fault = fault(reference, environment)
      #expect(fault != nil)
      #expect("\(fault?.message ?? "")\(fault?.help ?? "")".contains("NotAReal") == false)
    }
  }

  @Test func `the scrubber learns every secret`() throws {
    let scrubber = SecretScrubber()
    _ = try SecretResolver(environment: ["X": "not-a-real-secret-1"], scrubber: scrubber).resolve(
      SecretReference(.environment, "X"))
    #expect(scrubber.scrub("it is not-a-real-secret-1") == "it is <redacted>")
  }

  @Test(arguments: ["../s", "a/b", ".", "..", "", "a\0b"])
  func `a credential name stays in its directory`(_ name: String) {
    #expect(
      fault(SecretReference(.credential, name), ["CREDENTIALS_DIRECTORY": directory.path])?.kind == .credentialName)
  }

  @Test func `a credential without directory is explained`() {
    #expect(fault(SecretReference(.credential, "s"))?.diagnosticID == "secret-credentials-directory-missing")
    #expect(fault(SecretReference(.credential, "s"), ["CREDENTIALS_DIRECTORY": directory.path])?.kind == .fileMissing)
  }

  @Test(
    arguments: [".", "x/y"])
  func `a relative directory of credentials, which each working directory would move, is refused`(path: String) {
    let fault = fault(SecretReference(.credential, "s"), ["CREDENTIALS_DIRECTORY": path])
    #expect(fault?.kind == .credentialsDirectoryMissing)
    #expect(fault?.message == "$CREDENTIALS_DIRECTORY must be a full path, but is '\(path)'")
  }
}
