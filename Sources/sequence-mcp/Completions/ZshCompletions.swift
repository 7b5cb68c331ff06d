import Platform

extension Shell {
  static let zsh = Shell(
    name: "zsh",
    installation: "sequence-mcp completions zsh > ~/.zfunc/_sequence-mcp   (with fpath+=~/.zfunc before compinit)",
    script: { commands in
      """
      #compdef sequence-mcp
      # Completions of sequence-mcp for zsh, made by 'sequence-mcp completions zsh'.
      # What only the program knows, such as aliases: asked with the line's own configuration.
      _sequence-mcp-list() {
        local -a before found
        before=("${(@Q)words[1,CURRENT-1]}")
        found=(${(f)"$($_sequence_mcp_program completions --list $1 --after ${(pj:\\t:)before} 2>/dev/null)"})
        if [[ $found[1] == *= ]]; then compadd -S '' -- $found; else compadd -- $found; fi
      }
      _sequence-mcp() {
        local -a commands
        local _sequence_mcp_program=$words[1]
        commands=(
      \(commands.map { "    " + ShellWord.quoted("\($0.name):\($0.summary)") }.joined(separator: "\n"))
        )
        if (( CURRENT == 2 )); then
          _describe 'subcommand' commands
          _arguments \(options(of: ServeCommand.self).map(ShellWord.quoted).joined(separator: " "))
          return
        fi
        local command=$words[2]
        shift words
        (( CURRENT-- ))
        case $command in
      \(commands.map(arguments).joined(separator: "\n"))
          help) _describe 'subcommand' commands ;;
        esac
      }
      if [[ $funcstack[1] == _sequence-mcp ]]; then _sequence-mcp "$@"; else compdef _sequence-mcp sequence-mcp; fi
      """
    })

  private static func options(of command: any Subcommand.Type) -> [String] {
    command.allOptions.map { option -> String in
      // Brackets and colons are special there.
      let description = "[\(String(option.summary.map { "[]:".contains($0) ? " " : $0 }))]"
      guard !option.isFlag else { return option.name + description }
      // With '=', the value may also follow in the same word.
      let head = option.name + "=" + description
      if option.takesPath { return head + ":path:_files" }
      if let list = option.completes { return head + ":value: _sequence-mcp-list \(list.rawValue)" }
      return head + ":value:" + (option.offers.isEmpty ? "" : "(\(option.offers.joined(separator: " ")))")
    }
  }

  private static func arguments(_ command: any Subcommand.Type) -> String {
    var words = options(of: command)
    if !command.offeredOperands.isEmpty {
      words.append("*:operand:(\(command.offeredOperands.joined(separator: " ")))")
    } else if command.takesPaths {
      words.append("*:path:_files")
    } else if let list = command.operandsComplete {
      words.append("*:operand: _sequence-mcp-list \(list.rawValue)")
    } else if !command.operands.isEmpty {
      // There is nothing to offer, but without an operand zsh would offer no option after the word.
      words.append("*:operand: ")
    }
    return "    \(command.name)) _arguments \(words.map(ShellWord.quoted).joined(separator: " ")) ;;"
  }
}
