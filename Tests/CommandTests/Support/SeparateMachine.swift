#if os(Linux)
  import Foundation
  import Glibc
  import JSON
  import Platform
  import Synchronization
  import Testing
  import TestSupport

  /// A machine of its own as far as users, their files, sudo and sshd go: /etc, /home, /root, /run, /var/lib and /usr/local/bin
  /// are private in a mount namespace, so that nothing of the real ones is changed. The program is in /usr/local/bin.
  final class SeparateMachine: Sendable {
    /// The result of one command.
    struct Result {
      let output: String
      let errorOutput: String
      let exitCode: Int32
      /// Both outputs, for the message of a failed test.
      var text: String { output + errorOutput }

      /// The command line of the entry that was printed.
      func entry() throws -> [String] {
        let seq = try JSONParser.parse(output)["mcpServers"]?["seq"]
        return [seq?["command"]?.stringValue ?? ""] + (seq?["args"]?.arrayValue ?? []).compactMap(\.stringValue)
      }
    }

    private static let directories = ["etc", "home", "root", "run", "var/lib", "usr/local/bin"]
    /// What users, their shells, sudo and sshd read of /etc.
    private static let settings = [
      "passwd", "group", "shadow", "gshadow", "subuid", "subgid", "login.defs", "default", "skel", "shells", "hosts",
      "nsswitch.conf", "host.conf", "pam.conf", "pam.d", "security", "environment", "profile", "bash.bashrc", "ssh",
      "sudo.conf", "sudoers", "sudoers.d", "ld.so.cache", "ld.so.conf", "ld.so.conf.d", "localtime", "os-release",
    ]
    private static let programs = [
      "/usr/sbin/sshd", "/usr/bin/ssh", "/usr/bin/ssh-keygen", "/usr/bin/sudo", "/usr/sbin/visudo", "/usr/bin/setpriv",
      "/usr/bin/unshare", "/usr/sbin/useradd",
    ]
    /// Whether such a machine can be created here.
    static let isPossible =
      geteuid() == 0 && programs.allSatisfy { FileManager.default.isExecutableFile(atPath: $0) }
      && (try? ChildProcess(
        "/usr/bin/unshare", ["-m", "/bin/mount", "-t", "tmpfs", "none", "/tmp"], environment: [:],
        timeoutMilliseconds: 10_000
      ).run().ending) == .exited(0)
    /// The comment of a test that could not run.
    static let comment = "SKIPPED: needs root, mount namespaces, openssh-server, openssh-client and sudo"

    private let directory = TemporaryDirectory()
    private let isOver = Atomic(false)
    private let isListening = Atomic(false)
    private let servers = Mutex<[ServerProcess]>([])
    /// The path of sshd's log.
    let sshLog: String

    /// Binds the private directories, then becomes the user.
    private static let enter = """
      mount -a -T "$0/fstab" || exit 125
      user=$1; shift
      [ "$user" = root ] && exec env -i HOME=/root USER=root PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$@"
      exec setpriv --reuid="$user" --regid="$user" --init-groups \
        env -i HOME="/home/$user" USER="$user" LOGNAME="$user" PATH=/usr/local/bin:/usr/bin:/bin "$@"
      """

    /// - Parameter users: The users with a home directory there.
    init(users: [String]) throws {
      sshLog = directory.path + "/sshd.log"
      let directory = directory.path
      let make = """
        set -e
        chmod 755 '\(directory)'; cd '\(directory)'
        mkdir -p -m 755 etc home root run/sshd var/lib usr/local/bin
        for name in \(Self.settings.joined(separator: " ")); do [ ! -e /etc/$name ] || set -- "$@" /etc/$name; done
        cp -a "$@" etc
        for name in \(Self.directories.joined(separator: " ")); do echo "$PWD/$name /$name none bind"; done > fstab
        cp '\(Program.path)' usr/local/bin/sequence-mcp
        chmod 755 usr/local/bin/sequence-mcp
        """
      let made = try ChildProcess(
        "/bin/sh", ["-c", make], environment: ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin"], timeoutMilliseconds: 30_000
      ).run()
      try #require(made.ending == .exited(0), "\(String(decoding: made.errorOutput, as: UTF8.self))")
      // '*': no password opens it, and a key may. One of that name may be known to the real machine.
      try command(
        users.map { "userdel -f \($0); useradd -m -U -s /bin/bash -p '*' \($0) && chmod 700 /home/\($0) || exit 1" }
          .joined(separator: "\n"))
    }

    /// Ends sshd and waits for it.
    func end() {
      servers.withLock { $0 }.forEach { $0.end() }
      isOver.store(true, ordering: .relaxed)
      let deadline = Date(timeIntervalSinceNow: ServerProcess.patience)
      while isListening.load(ordering: .relaxed), Date() < deadline { usleep(5000) }
    }

    /// Returns a command line that becomes the one appended to it, as that user of the machine.
    func launcher(_ user: String) -> [String] {
      ["/usr/bin/unshare", "-m", "/bin/sh", "-c", Self.enter, directory.path, user]
    }

    /// Runs a shell script there, in the user's home.
    func run(_ script: String, as user: String = "root", input: String = "") throws -> Result {
      let words = launcher(user) + ["/bin/sh", "-c", "cd; " + script]
      var child = ChildProcess(
        words[0], Array(words.dropFirst()), environment: ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin"],
        timeoutMilliseconds: 60_000, outputLimit: 1 << 20)
      child.input = Array(input.utf8)
      let report = try child.run()
      let exitCode: Int32 = if case .exited(let status) = report.ending { status } else { -1 }
      return Result(
        output: String(decoding: report.output, as: UTF8.self),
        errorOutput: String(decoding: report.errorOutput, as: UTF8.self), exitCode: exitCode)
    }

    /// Runs a script that must succeed, and returns its output.
    @discardableResult
    func command(_ script: String, as user: String = "root", input: String = "") throws -> String {
      let result = try run(script, as: user, input: input)
      try #require(result.exitCode == 0, "\(script)\n\(result.text)")
      return result.output
    }

    /// Writes a file there that belongs to the user.
    func write(_ text: String, to path: String, as user: String = "root", mode: String = "600") throws {
      try command(
        "umask 077; mkdir -p \"$(dirname \(path))\" && cat > \(path) && chmod \(mode) \(path)", as: user, input: text)
    }

    /// Starts a server as a client of that user would.
    func serve(_ words: [String], as user: String) throws -> ServerProcess {
      let server = try ServerProcess(
        words, environment: ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin"], launcher: launcher(user), program: nil)
      servers.withLock { $0.append(server) }
      return server
    }

    /// Starts sshd on a free port of 127.0.0.1, with its own key and configuration.
    /// - Returns: the port.
    func startSSH() throws -> UInt16 {
      // Closed again at once: sshd listens on a port that it is given.
      guard let free = StreamSocket.listening() else { throw POSIXError(.EADDRINUSE) }
      let port = free.port
      close(free.descriptor)
      try command("ssh-keygen -q -t ed25519 -N '' -f /etc/ssh/test_key")
      try write(
        """
        Port \(port)
        ListenAddress 127.0.0.1
        HostKey /etc/ssh/test_key
        PidFile none
        UsePAM no
        PasswordAuthentication no
        KbdInteractiveAuthentication no
        Subsystem sftp internal-sftp
        AllowAgentForwarding yes
        AllowTcpForwarding yes
        X11Forwarding yes
        MaxStartups 100
        KexAlgorithms curve25519-sha256

        """, to: "/etc/ssh/test_config")
      let words = launcher("root") + ["/usr/sbin/sshd", "-D", "-f", "/etc/ssh/test_config", "-E", sshLog]
      let child = ChildProcess(
        words[0], Array(words.dropFirst()), environment: ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin"],
        timeoutMilliseconds: 600_000)
      isListening.store(true, ordering: .relaxed)
      Foundation.Thread.detachNewThread { [self] in
        _ = try? child.run(isStopped: { isOver.load(ordering: .relaxed) })
        isListening.store(false, ordering: .relaxed)
      }
      let deadline = Date(timeIntervalSinceNow: ServerProcess.patience)
      while !((try? String(contentsOfFile: sshLog, encoding: .utf8)) ?? "").contains("Server listening") {
        try #require(Date() < deadline, "sshd does not start")
        usleep(5000)
      }
      return port
    }
  }

  extension SeparateMachine.Result {
    /// The printed steps, without their introductions.
    var steps: [String] {
      // The entry's JSON is indented by an even number of blanks.
      text.split(separator: "\n").filter { $0.hasPrefix("   ") && !$0.hasPrefix("    ") }.map {
        String($0.dropFirst(3))
      }
    }
  }
#endif
