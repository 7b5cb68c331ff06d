/// How this system makes an account that only runs a program, in commands for a shell.
package enum SystemAccount {
  /// - Parameters:
  ///   - name: a plain name.
  ///   - home: its home directory, which other commands make.
  package static func creation(_ name: String, home: String) -> [String] {
    #if canImport(Darwin)
      // Not tried on a Mac yet.
      [
        "sudo sysadminctl -addUser \(name) -fullName sequence-mcp -shell /usr/bin/false -home \(ShellWord.quoted(home)) -password -"
      ]
    #else
      [
        "sudo useradd --system --user-group --shell /usr/sbin/nologin --home-dir \(ShellWord.quoted(home)) --no-create-home \(name)"
      ]
    #endif
  }

  /// The group that an account's files belong to.
  package static func group(of name: String) -> String {
    #if canImport(Darwin)
      "staff"
    #else
      name
    #endif
  }
}
