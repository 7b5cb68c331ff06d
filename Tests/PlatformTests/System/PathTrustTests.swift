import CSystem
import Testing

@testable import Platform

/// Returns a made-up directory tree. Each line is `path owner group mode`, with `-> TARGET` for a link.
/// - Parameter hidden: Paths that cannot be inspected.
private func tree(
  _ lines: String, readOnly: Set<String> = [], privateGroups: Set<UInt32> = [], lists: Set<String> = [],
  hidden: Set<String> = []
) -> PathWalk.Files {
  var entries: [String: (status: FileStatus, target: String?)] = [:]
  for (number, line) in lines.split(separator: "\n").enumerated() {
    let words = line.split(separator: " ").map(String.init)
    let mode = UInt32(words[3], radix: 8) ?? 0
    let target = words.count > 5 ? words[5] : nil
    let kind: FileStatus.Kind = target != nil ? .link : words[0].contains(".") ? .regular : .directory
    entries[words[0]] = (
      FileStatus(
        kind: kind, inode: UInt64(number), owner: UInt32(words[1]) ?? 0, group: UInt32(words[2]) ?? 0, permissions: mode
      ),
      target
    )
  }
  let tree = entries
  return PathWalk.Files(
    status: { path throws(SystemError) in
      if hidden.contains(path) { throw SystemError(code: EACCES, attempt: "look at \(path)") }
      guard let entry = tree[path] else { throw SystemError(code: ENOENT, attempt: "look at \(path)") }
      return entry.status
    },
    target: { tree[$0]?.target }, isReadOnly: readOnly.contains, hasAccessList: lists.contains,
    isPrivate: { group, _ in privateGroups.contains(group) })
}

/// The user is 1000. `/`, `/home`, `/tmp` and `/srv` belong to root.
private let base = """
  / 0 0 755
  /home 0 0 755
  /home/ann 1000 1000 755
  /srv 0 0 755
  /tmp 0 0 1777
  """

@Suite struct PathTrustTests {
  /// Returns the faults as `reason path`.
  private func faults(
    _ path: String, _ more: String, user: UInt32 = 1000, files: (String) -> PathWalk.Files = { tree($0) }
  )
    -> [String]
  {
    PathTrust(userID: user, files: files(base + "\n" + more)).judge(path).faults.map { "\($0.reason) \($0.step.path)" }
  }

  @Test(arguments: [
    "/home/ann/c.yaml 1000 1000 600", "/home/ann/c.yaml 1000 1000 644", "/home/ann/c.yaml 0 0 644",
  ])
  func `a file of the user or root in directories of theirs is trusted`(_ line: String) {
    #expect(faults("/home/ann/c.yaml", line).isEmpty)
  }

  @Test(arguments: [
    ("/home/ann/c.yaml 1000 1000 666", "writable /home/ann/c.yaml"),
    ("/home/ann/c.yaml 1000 1000 620", "writable /home/ann/c.yaml"),
    ("/home/ann/c.yaml 1001 1001 600", "owner /home/ann/c.yaml"),
  ])
  func `a file of somebody else or writable by others is not`(_ line: String, _ fault: String) {
    #expect(faults("/home/ann/c.yaml", line) == [fault])
  }

  @Test(arguments: [
    ("/srv/x 1000 1000 777", "writable /srv/x"), ("/srv/x 1000 1000 775", "writable /srv/x"),
    ("/srv/x 1001 1001 755", "owner /srv/x"), ("/srv/x 1001 1001 1777", "owner /srv/x"),
  ])
  func `a directory on the way counts`(_ line: String, _ fault: String) {
    #expect(faults("/srv/x/y/c.yaml", line + "\n/srv/x/y 1000 1000 700\n/srv/x/y/c.yaml 1000 1000 600") == [fault])
  }

  @Test func `a sticky directory is trusted if the entry followed there is the user's`() {
    #expect(faults("/tmp/c.yaml", "/tmp/c.yaml 1000 1000 600").isEmpty)
    #expect(faults("/tmp/x/c.yaml", "/tmp/x 0 0 755\n/tmp/x/c.yaml 1000 1000 600").isEmpty)
    #expect(
      faults("/tmp/x/c.yaml", "/tmp/x 1001 1001 755\n/tmp/x/c.yaml 1000 1000 600") == ["writable /tmp", "owner /tmp/x"])
  }

  @Test func `a link is judged in its own directory`() {
    let file = "/srv/real 0 0 755\n/srv/real/c.yaml 0 0 644\n"
    #expect(faults("/tmp/link", file + "/tmp/link 1000 1000 777 -> /srv/real/c.yaml").isEmpty)
    #expect(faults("/tmp/link", file + "/tmp/link 1001 1001 777 -> /srv/real/c.yaml") == ["writable /tmp"])
    #expect(
      faults("/srv/open/link", file + "/srv/open 1000 1000 777\n/srv/open/link 1000 1000 777 -> ../real/c.yaml")
        == ["writable /srv/open"])
  }

  @Test func `a read-only mount is trusted whoever owns it`() {
    let volume = "/srv/v 1001 1001 777\n/srv/v/c.yaml 1001 1001 666"
    #expect(
      faults("/srv/v/c.yaml", volume) { tree($0, readOnly: ["/srv/v", "/srv/v/c.yaml"]) }.isEmpty)
    #expect(faults("/srv/v/c.yaml", volume) { tree($0, readOnly: ["/srv/v/c.yaml"]) } == ["owner /srv/v"])
  }

  @Test func `a group without other members may write`() {
    let lines = "/home/ann/x 1000 1000 775\n/home/ann/x/c.yaml 1000 1000 664"
    #expect(faults("/home/ann/x/c.yaml", lines) { tree($0, privateGroups: [1000]) }.isEmpty)
    #expect(
      faults("/home/ann/x/c.yaml", lines) { tree($0, privateGroups: [1000], lists: ["/home/ann/x"]) }
        == ["writable /home/ann/x"])
  }

  @Test func `root trusts only root's files`() {
    #expect(
      faults("/home/ann/c.yaml", "/home/ann/c.yaml 1000 1000 600", user: 0)
        == ["owner /home/ann", "owner /home/ann/c.yaml"])
  }

  @Test func `of a path that does not exist yet the existing part is judged`() {
    #expect(faults("/tmp/new/state", "").isEmpty)
    #expect(faults("/srv/x/new/state", "/srv/x 1000 1000 777") == ["writable /srv/x"])
    #expect(faults("/srv/x/new", "/srv/x 1001 1000 755") == ["owner /srv/x"])
  }
}

@Suite struct PathWalkTests {
  private func walk(_ path: String, _ more: String) -> PathWalk { PathWalk(to: path, in: tree(base + "\n" + more)) }

  @Test func `links lead on from their own directory`() {
    let more = "/srv/a 0 0 755\n/srv/a/up 0 0 777 -> ../b/./c.yaml\n/srv/b 0 0 755\n/srv/b/c.yaml 0 0 644"
    #expect(
      walk("/srv/a/up", more).steps.map(\.path) == ["/", "/srv", "/srv/a", "/srv/a/up", "/srv/b", "/srv/b/c.yaml"])
  }

  @Test(arguments: [
    ("/srv/l/c.yaml", "/srv/l 0 0 777 -> /gone", "/srv/l"),
    ("/srv/l/c.yaml", "/srv/l 0 0 777 -> ../tmp/gone/x", "/srv/l"),
    ("/srv/c.yaml", "/srv/c.yaml 0 0 777 -> gone.yaml", "/srv/c.yaml"),
    ("/srv/l/c.yaml", "/srv/l 0 0 777 -> m\n/srv/m 0 0 777 -> gone", "/srv/l"),
  ])
  func `a link to nothing is named`(_ path: String, _ more: String, _ link: String) {
    #expect(walk(path, more).danglingLink == link)
  }

  @Test(arguments: ["/srv/l/gone.yaml", "/srv/gone", "/srv/gone/l"])
  func `a missing target below a valid link is not a fault of the link`(_ path: String) {
    let walk = walk(path, "/srv/l 0 0 777 -> /tmp")
    #expect(walk.failure?.code == ENOENT && walk.danglingLink == nil)
  }

  @Test func `two dots after a link mean the directory above its target`() {
    let more = "/home/ann/l 1000 0 777 -> /srv/a\n/srv/a 0 0 755\n/srv/c.yaml 0 0 644"
    #expect(walk("/home/ann/l/../c.yaml", more).end?.path == "/srv/c.yaml")
  }

  @Test(arguments: [
    ("/srv/none/c.yaml", ENOENT, "/srv/none"), ("/srv/c.yaml/x", ENOTDIR, "/srv/c.yaml"),
    ("/srv/loop", ELOOP, "/srv/loop"),
  ])
  func `a way that ends early says where`(_ path: String, _ code: Int32, _ place: String) {
    let walk = walk(path, "/srv/c.yaml 0 0 644\n/srv/loop 0 0 777 -> loop")
    #expect(walk.failure?.code == code && walk.failure?.path == place)
    #expect(walk.end == nil)
  }

  @Test(arguments: ["/", "/srv/..", "//"])
  func `the root directory is an end too`(_ path: String) {
    #expect(walk(path, "").end?.path == "/")
  }

  @Test(.enabled(if: FilePath.exists("/proc/self")))
  func `the real walk ends at the file that opening it gives`() {
    let path = "/proc/self/fd/../../self/status"
    #expect(PathWalk(to: path).end?.status.kind == .regular)
  }
}

@Suite struct PathHelpTests {
  private func help(_ line: String, user: RunningUser, path: String = "/srv/x/c.yaml", type: String? = nil) -> [String]
  {
    let files = tree(base + "\n/srv/x 1000 1000 755\n" + line)
    let help = PathHelp(
      user: user, nameOfUser: { [0: "root", 1000: "ann", 1001: "bob"][$0] ?? "user \($0)" }, withoutModes: { _ in type }
    )
    return PathTrust(userID: user.id, files: files).judge(path).faults.map {
      help.problem($0, subject: "the file") + "; " + help.help($0)
    }
  }

  private static let ann = RunningUser(id: 1000, name: "ann")

  @Test(
    arguments: [
      (
        "/srv/x/c.yaml 1001 1 600", ann, "the file belongs to bob; run: sudo chown ann /srv/x/c.yaml"
      ),
      (
        "/srv/x/c.yaml 1000 1000 666", ann,
        "the file is writable by others (mode 666); run: chmod go-w /srv/x/c.yaml"
      ),
      (
        "/srv/x/c.yaml 0 0 666", ann, "the file is writable by others (mode 666); run: sudo chmod go-w /srv/x/c.yaml"
      ),
      (
        "/srv/x/c.yaml 1001 7 600", RunningUser(id: 1000, name: nil, isInContainer: true),
        "the file belongs to bob; run the container as that user: docker run --user 1001:7"
      ),
      (
        "/srv/x 0 0 755\n/srv/x/c.yaml 1000 1000 600", RunningUser(id: 0, name: "root", sudoID: 1000),
        "the file belongs to ann; run it without sudo, as ann"
      ),
      (
        "/srv/x 0 0 755\n/srv/x/c.yaml 1000 1000 600", RunningUser(id: 0, name: "root"),
        "the file belongs to ann; run it as ann, or: chown root /srv/x/c.yaml"
      ),
      (
        "/srv/x 1001 1 755\n/srv/x/c.yaml 1000 1000 600", ann,
        "the directory /srv/x on its path belongs to bob; use a directory of your own, or run: sudo chown ann /srv/x"
      ),
    ])
  func `the help looks at whose the file is and who runs the program`(
    _ line: String, _ user: RunningUser, _ text: String
  ) {
    #expect(help(line, user: user) == [text])
  }

  @Test func `no help says to own the root directory`() {
    let files = tree("/ 1001 1 755\n/c.yaml 1000 1000 600")
    let fault = PathTrust(userID: 1000, files: files).judge("/c.yaml").faults[0]
    #expect(!PathHelp(user: Self.ann).help(fault).contains("chown"))
  }

  @Test func `no help says to close a directory that everybody shares`() {
    let files = tree(base + "\n/tmp/x 1001 1001 755\n/tmp/x/c.yaml 1000 1000 600")
    let faults = PathTrust(userID: 1000, files: files).judge("/tmp/x/c.yaml").faults
    let helps = faults.filter { $0.reason == .writable }.map { PathHelp(user: Self.ann).help($0) }
    #expect(helps == ["keep the file in a directory of your own"])
  }

  @Test func `a file system without modes is named`() {
    #expect(help("/srv/x/c.yaml 1000 1 777", user: Self.ann, type: "9p")[0].contains("file system (9p)"))
    let mounts = "36 35 98:3 / /mnt/c rw,noatime shared:1 - 9p C: rw\n37 35 8:1 / / rw - ext4 /dev/sda1 rw"
    #expect(FileSystem.withoutModes(device: 98 << 8 | 3, mounts: mounts) == "9p")
    #expect(FileSystem.withoutModes(device: 8 << 8 | 1, mounts: mounts) == nil)
  }

  @Test(
    arguments: [
      ("/srv 0 0 755", "/srv/c.yaml", "use a directory of your own"),
      (
        "/srv 0 0 755", "/srv/x/y/c.yaml",
        "use a directory of your own, or create one: sudo install -d -m 700 -o ann /srv/x"
      ),
      ("/etc 0 0 755\n/etc/x.key 0 0 640", "/etc/x.key", "use a file of your own"),
      ("/home/ann/x 0 0 755", "/home/ann/x/c.yaml", "run: sudo chown ann /home/ann/x"),
      ("/home/ann/c.yaml 0 0 600", "/home/ann/c.yaml", "run: sudo chown ann /home/ann/c.yaml"),
      ("/home/anna 0 0 755", "/home/anna/c.yaml", "use a directory of your own"),
    ])
  func `no help says to take from root what is outside one's own home`(lines: String, path: String, text: String) {
    let help = PathHelp(user: Self.ann, homeOfUser: { _ in "/home/ann" }, withoutModes: { _ in nil })
    #expect(help.help(EACCES, PathWalk(to: path, in: tree(base + "\n" + lines))) == text)
  }

  @Test func `a directory that may not be searched is named with its owner`() {
    var walk = PathWalk(
      to: "/srv/x/c.yaml", in: tree("/ 0 0 755\n/srv 0 0 755\n/srv/x 0 0 700", hidden: ["/srv/x/c.yaml"]))
    let help = PathHelp(user: Self.ann, nameOfUser: { $0 == 0 ? "root" : "ann" }, withoutModes: { _ in nil })
    #expect(
      help.problem(EACCES, walk) == "it cannot be accessed: the directory /srv/x belongs to root (mode 700)")
    #expect(help.help(EACCES, walk) == "use a directory of your own")
    walk = PathWalk(to: "/srv/x/c.yaml", in: tree("/ 0 0 755\n/srv 0 0 755\n/srv/x 1000 0 600"))
    #expect(help.help(EACCES, walk) == "run: chmod u+rwx /srv/x")
  }
}
