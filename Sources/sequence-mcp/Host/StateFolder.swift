import Config

/// Where the ledger is (CONFIG.md, The ledger).
enum StateFolder {
  /// `state_dir`, else `$XDG_STATE_HOME/sequence-mcp`, else `~/.local/state/sequence-mcp`.
  /// - Parameter isSandbox: runs against the sandbox keep a ledger of their own in `sandbox` below it, so that play money
  ///   uses no real cap up.
  static func path(_ configuration: Configuration, _ console: Console, isSandbox: Bool) -> String {
    let folder = configuration.stateDirectory ?? standard(console)
    return isSandbox ? folder + "/sandbox" : folder
  }

  private static func standard(_ console: Console) -> String {
    // The XDG Base Directory Specification: a relative path is to be ignored.
    if let home = console.environment["XDG_STATE_HOME"], home.hasPrefix("/") { return home + "/sequence-mcp" }
    return console.homeDirectory + "/.local/state/sequence-mcp"
  }
}
