/// A shell that can complete this program's command line. Its script asks the program what may follow, as one line for each
/// word, with its meaning after a tab, and `:files` if a path may.
struct Shell: Sendable {
  let name: String
  /// The command that installs the script, for the help.
  let installation: String
  let script: String

  /// Every shell, in the order of the help.
  static let all: [Shell] = [.bash, .zsh, .fish]

  private static let bash = Shell(
    name: "bash",
    installation: "sequence-mcp completions bash > ~/.local/share/bash-completion/completions/sequence-mcp",
    script: #"""
      # Completions of sequence-mcp for bash, made by 'sequence-mcp completions bash'.
      _sequence_mcp() {
        local word=${COMP_WORDS[COMP_CWORD]} tab=$'\t' line= found i
        for ((i = 1; i < COMP_CWORD; i++)); do
          # Where '=' splits words, 'name=value' arrives as three.
          (( i > 1 )) && [[ ${COMP_WORDS[i]} != = && ${COMP_WORDS[i-1]} != = ]] && line+=$tab
          line+=${COMP_WORDS[i]}
        done
        COMPREPLY=()
        # The value of an argument, 'name=', is the user's.
        [[ $word == = && ${COMP_WORDS[COMP_CWORD-1]} != -* ]] && return 0
        # Of '--option=value', the value is completed alone.
        [[ $word == = ]] && word=
        line=${line%=}
        while IFS= read -r found; do
          if [[ $found == :files ]]; then
            compopt -o filenames
            while IFS= read -r found; do COMPREPLY+=("$found"); done < <(compgen -f -- "$word")
          elif [[ $found == "$word"* ]]; then
            COMPREPLY+=("${found%%$tab*}")
          fi
        done < <("${COMP_WORDS[0]}" completions --after "${line:+$line$tab}$word" 2>/dev/null)
        [[ ${COMPREPLY[0]} == *= ]] && compopt -o nospace
        return 0
      }
      complete -F _sequence_mcp sequence-mcp
      """#)

  private static let zsh = Shell(
    name: "zsh",
    installation: "sequence-mcp completions zsh > ~/.zfunc/_sequence-mcp   (with fpath+=~/.zfunc before compinit)",
    script: #"""
      #compdef sequence-mcp
      # Completions of sequence-mcp for zsh, made by 'sequence-mcp completions zsh'.
      _sequence-mcp() {
        local -a line found names shown expl
        line=("${(@Q)words[2,CURRENT-1]}")
        # Of '--option=value', the value is completed alone.
        if [[ $PREFIX == --*=* ]]; then
          line+=("${PREFIX%%=*}")
          compset -P '*='
        fi
        line+=("$PREFIX")
        found=(${(f)"$($words[1] completions --after "${(pj:\t:)line}" 2>/dev/null)"})
        if [[ $found[-1] == :files ]]; then
          found[-1]=()
          _files
        fi
        names=(${found%%$'\t'*})
        shown=(${found/$'\t'/  -- })
        if [[ $names[1] == *= ]]; then
          _wanted values expl value compadd -S '' -a names
        else
          _wanted values expl value compadd -l -d shown -a names
        fi
      }
      if [[ $funcstack[1] == _sequence-mcp ]]; then _sequence-mcp "$@"; else compdef _sequence-mcp sequence-mcp; fi
      """#)

  private static let fish = Shell(
    name: "fish", installation: "sequence-mcp completions fish > ~/.config/fish/completions/sequence-mcp.fish",
    script: #"""
      # Completions of sequence-mcp for fish, made by 'sequence-mcp completions fish'.
      function __sequence_mcp_complete
        set -l line (commandline -opc)
        set -l word (commandline -ct)
        # Of '--option=value', the value is completed alone.
        set -l start (string match -r -- '^--[^=]*=' "$word")
        if set -q start[1]
          set -a line (string replace -- = '' $start)
          set word (string replace -- $start '' $word)
        end
        for found in (command $line[1] completions --after (string join \t -- $line[2..-1] "$word") 2>/dev/null)
          if test "$found" = :files
            for path in (complete -C "'' $word")
              echo -- "$start$path"
            end
          else
            echo -- "$start$found"
          end
        end
      end
      complete -c sequence-mcp -f -a '(__sequence_mcp_complete)'
      """#)
}
