import Platform

extension Shell {
  static let bash = Shell(
    name: "bash",
    installation: "sequence-mcp completions bash > ~/.local/share/bash-completion/completions/sequence-mcp",
    script: { commands in
      let values = commands.flatMap { command in
        command.allOptions.compactMap { valueCase(command.name, $0) }
      }
      return """
        # Completions of sequence-mcp for bash, made by 'sequence-mcp completions bash'.
        # What only the program knows, such as aliases: asked with the line's own configuration.
        _sequence_mcp_list() {
          local line= i
          for ((i = 1; i < COMP_CWORD; i++)); do
            # Where '=' splits words, 'name=value' arrives as three.
            (( i > 1 )) && [[ ${COMP_WORDS[i]} != = && ${COMP_WORDS[i-1]} != = ]] && line+=$'\\t'
            line+=${COMP_WORDS[i]}
          done
          "${COMP_WORDS[0]}" completions --list "$1" --after "$line" 2>/dev/null
        }
        _sequence_mcp() {
          local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} command= words= files=
          # Where '=' splits words, '--option=value' arrives as three.
          [[ $word == = ]] && word=
          [[ $before == = ]] && before=${COMP_WORDS[COMP_CWORD-2]}
          # A subcommand is the first word or none: 'explain init' is not 'init'.
          (( COMP_CWORD > 1 )) && case ${COMP_WORDS[1]} in
            \((commands.map { $0.name } + ["help"]).joined(separator: "|"))) command=${COMP_WORDS[1]} ;;
          esac
          case "$command $before" in
        \(values.joined(separator: "\n"))
            *)
              case "$command" in
        \(commands.map(operandCase).joined(separator: "\n"))
                help) words=\(ShellWord.quoted(commands.map { $0.name }.joined(separator: " "))) ;;
                # An option before it leaves no subcommand.
                *) (( COMP_CWORD == 1 )) && words=\(ShellWord.quoted((commands.map { $0.name } + ServeCommand.allOptions.map(\.name)).joined(separator: " "))) ;;
              esac ;;
          esac
          COMPREPLY=($(compgen -W "$words" -- "$word"))
          [[ ${COMPREPLY[0]} == *= ]] && compopt -o nospace
          local IFS=$'\\n'
          [[ -n $files && $word != -* ]] && { compopt -o filenames; COMPREPLY+=($(compgen -f -- "$word")); }
          return 0
        }
        complete -F _sequence_mcp sequence-mcp
        """
    })

  /// Returns the case of an option that takes a value; nil for a flag.
  private static func valueCase(_ command: String, _ option: Option) -> String? {
    guard !option.isFlag else { return nil }
    let action = option.takesPath ? "files=yes" : words(option.offers, option.completes)
    return "    \"\(command) \(option.name)\") \(action) ;;"
  }

  /// Returns the case of a subcommand's options and operands.
  private static func operandCase(_ command: any Subcommand.Type) -> String {
    let offers = words(command.offeredOperands + command.allOptions.map(\.name), command.operandsComplete)
    return "        \(command.name)) \(offers)\(command.takesPaths ? "; files=yes" : "") ;;"
  }

  /// Returns the shell code that offers these words, and those that this program itself lists.
  private static func words(_ words: [String], _ list: CompletionList?) -> String {
    "words=" + ShellWord.quoted(words.joined(separator: " "))
      + (list.map { "\" $(_sequence_mcp_list \($0.rawValue))\"" } ?? "")
  }
}
