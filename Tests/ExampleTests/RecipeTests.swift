import Foundation
import TestSupport
import Testing

/// The recipes of the page about secrets. They run with pass and the keyring if these are installed, and with substitutes for
/// the programs that need an account or another system.
@Suite(.waiting) struct RecipeTests {
  private static let page = Page.named("Secrets")

  /// Runs the recipe's configuration and lines in a new home directory.
  /// - Parameters:
  ///   - prepare: The commands that create the store, in the shell that runs the recipe.
  ///   - standIn: A script that replaces the program.
  private func run(_ name: String, prepare: String = "", standIn: String? = nil) throws {
    let shell = try Shell()
    defer { shell.cleanUp() }
    let recipe = try #require(Self.page.blocks.first { $0.language == "sh" && $0.mark == "recipe \(name)" })
    let yaml = try #require(Self.page.blocks.last { $0.language == "yaml" && $0.line < recipe.line })
    try FileManager.default.createDirectory(
      at: shell.home.appendingPathComponent(".config/sequence-mcp"), withIntermediateDirectories: true)
    try shell.write(yaml.text, to: ".config/sequence-mcp/config.yaml")
    if let standIn {
      try shell.write(standIn, to: name)
      #expect(try shell.run("mkdir -p .local/bin && cp '\(name)' .local/bin && chmod 700 .local/bin/*").exitCode == 0)
    }
    // One shell for all of them, since the keyring lives as long as its session.
    let script = "set -e\nexport PATH=\"$PATH:$HOME/.local/bin\"\n" + prepare + "\n" + recipe.text
    try shell.write(script, to: "recipe")
    let result = try shell.run(
      "bash ./recipe", input: String(repeating: "not-a-real-token-1\n", count: name == "pass" ? 2 : 1))
    let output = result.output + result.errorOutput
    #expect(result.exitCode == 0, "\(output)")
    #expect(result.output.contains("ok       secret           the access token resolves\n"), "\(output)")
    #expect(!output.contains("not-a-real-token"), "\(output)")
  }

  private static func isHere(_ programs: String...) -> Bool {
    programs.allSatisfy { FileManager.default.isExecutableFile(atPath: "/usr/bin/" + $0) }
  }

  @Test(.enabled(if: isHere("pass", "gpg"), "pass is not installed"))
  func `pass`() throws {
    try run(
      "pass",
      prepare: """
        export GNUPGHOME="$HOME/.gnupg"
        trap 'gpgconf --kill gpg-agent' EXIT
        gpg --batch --quiet --passphrase '' --quick-generate-key 'Ann <ann@example.com>' future-default default never
        pass init ann@example.com
        """)
  }

  @Test(
    .enabled(if: isHere("secret-tool", "gnome-keyring-daemon", "dbus-daemon", "dbus-send"), "no keyring is installed"))
  func `the keyring of a Linux desktop`() throws {
    try run(
      "secret-tool",
      prepare: """
        dbus-daemon --session --nofork --print-address=1 >address 2>/dev/null &
        bus=$!
        until [ -s address ]; do :; done
        export DBUS_SESSION_BUS_ADDRESS="$(cat address)"
        printf not-a-real-login | gnome-keyring-daemon --foreground --unlock --components=secrets >/dev/null 2>&1 &
        trap "kill -KILL $! $bus" EXIT
        until dbus-send --session --print-reply --dest=org.freedesktop.DBus / org.freedesktop.DBus.NameHasOwner \
          string:org.freedesktop.secrets | grep -q true; do :; done
        """)
  }

  @Test func `the macOS keychain, by a stand-in that asks as it does`() throws {
    try run(
      "security",
      standIn: """
        #!/bin/sh
        case "$*" in
          "add-generic-password -U -s sequence -a token -w") read -r secret; printf %s "$secret" > "$HOME/keychain" ;;
          "find-generic-password -s sequence -a token -w") cat "$HOME/keychain" && echo ;;
          *) exit 2 ;;
        esac

        """)
  }

  @Test func `1Password, by a stand-in that reads an item`() throws {
    try run(
      "op",
      standIn: """
        #!/bin/sh
        [ "$*" = "read op://Private/Sequence/token" ] && echo not-a-real-token-1

        """)
  }
}
