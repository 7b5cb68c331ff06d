import Platform

/// How the stores that people use are given a secret: the command that asks for it and stores it where another one reads it.
enum StoringCommand {
  /// A command line for a shell in a terminal; nil for a program that is not known.
  /// - Parameter words: the command that reads the secret.
  static func of(_ words: [String]) -> String? {
    guard let program = words.first else { return nil }
    let arguments = Array(words.dropFirst())
    switch FilePath.lastComponent(program) {
    case "pass", "gopass": return pass(program, arguments)
    case "secret-tool": return secretTool(program, arguments)
    case "security": return security(program, arguments)
    case "op": return onePassword(program, arguments)
    default: return nil
    }
  }

  /// `pass show NAME` or `pass NAME` (pass(1)).
  private static func pass(_ program: String, _ arguments: [String]) -> String? {
    let names = (arguments.first == "show" ? arguments.dropFirst() : arguments[...]).filter { !$0.hasPrefix("-") }
    guard names.count == 1 else { return nil }
    return ShellWord.line([program, "insert", "--force"] + names)
  }

  /// `secret-tool lookup ATTRIBUTE VALUE ...` (secret-tool(1)).
  private static func secretTool(_ program: String, _ arguments: [String]) -> String? {
    guard arguments.first == "lookup", arguments.count > 2, arguments.count % 2 == 1 else { return nil }
    return ShellWord.line([program, "store", "--label=sequence-mcp"] + arguments.dropFirst())
  }

  /// `security find-generic-password -s SERVICE -a ACCOUNT -w` (security(1)): `-w` at the end makes it ask.
  private static func security(_ program: String, _ arguments: [String]) -> String? {
    guard arguments.first == "find-generic-password", arguments.contains("-w") else { return nil }
    return ShellWord.line(
      [program, "add-generic-password", "-U"] + arguments.dropFirst().filter { $0 != "-w" && $0 != "-g" } + ["-w"])
  }

  /// `op read op://VAULT/ITEM/FIELD`. It has no prompt of its own, and an argument would be seen by other programs, so the shell
  /// asks and hands the item over by a pipe (1Password CLI, `op item create -`, read 2026-11).
  private static func onePassword(_ program: String, _ arguments: [String]) -> String? {
    guard arguments.first == "read",
      let address = arguments.dropFirst().first(where: { $0.hasPrefix("op://") })
    else { return nil }
    let parts = address.dropFirst("op://".count).split(separator: "/").map(String.init)
    guard parts.count == 3 else { return nil }
    let item =
      #"{"title":"%s","category":"PASSWORD","fields":[{"id":"password","type":"CONCEALED","label":"%s","value":"%s"}]}"#
    return #"read -rs secret && printf '"# + item + #"' "#
      + ShellWord.line([parts[1], parts[2]]) + #" "$secret" | "#
      + ShellWord.line([program, "item", "create", "--vault", parts[0], "-"]) + "; unset secret"
  }
}
