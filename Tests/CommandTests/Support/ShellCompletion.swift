import Foundation
import Testing

/// A shell that really completes a command line, with the script that the program prints for it.
enum ShellCompletion: String, CaseIterable, CustomTestStringConvertible {
  case bash, zsh, fish

  var testDescription: String { rawValue }

  /// The shell's own path, or nil if it is not installed.
  var path: String? { ["/bin/", "/usr/bin/"].map { $0 + rawValue }.first(where: FileManager.default.isExecutableFile) }

  /// What one shell offers after `sequence-mcp ` and each of the lines, sorted, without what a shell puts around it.
  func offers(_ program: Program, _ lines: [String]) throws -> [[String]] {
    let completions = try program.run(["completions", rawValue]).output
    try program.write(completions, to: self == .zsh ? "functions/_sequence-mcp" : "completions")
    try program.write(script, to: "script")
    let process = Process()
    process.executableURL = URL(fileURLWithPath: try #require(path))
    process.arguments = options + ["script"] + lines.map { "sequence-mcp " + $0 }
    process.currentDirectoryURL = program.home
    // The script runs the program under the name that was typed.
    let directory = URL(fileURLWithPath: Program.path).deletingLastPathComponent().path
    process.environment = [
      "HOME": program.home.path, "SEQUENCE_MCP_TEST_HOME": program.home.path, "PATH": "\(directory):/usr/bin:/bin",
      "TERM": "dumb",
    ]
    .merging(program.environment) { $1 }
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = FileHandle.nullDevice
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    // A form feed follows what is offered for one line.
    let parts = String(decoding: data, as: UTF8.self).components(separatedBy: "\u{C}\n").dropLast()
    return parts.map { Set($0.split(separator: "\n").map(plain)).sorted() }
  }

  /// Returns only the value: without fish's description, the option that it repeats, and zsh's backslashes.
  private func plain(_ line: Substring) -> String {
    let word = String(line.split(separator: "\t")[0]).replacing("\\", with: "")
    return word.hasPrefix("--") ? word.split(separator: "=").last.map(String.init) ?? word : word
  }

  private var options: [String] {
    switch self {
    case .bash: ["--norc", "--noprofile"]
    case .zsh: ["-f"]
    case .fish: ["--no-config"]
    }
  }

  private var script: String {
    switch self {
    // Like readline: the line is split at spaces and '=', and the function is called for the last word.
    case .bash:
      """
      source ./completions
      compopt() { :; }
      for line; do
        line=${line//=/ = }
        read -ra COMP_WORDS <<<"$line"
        [[ $line == *' ' ]] && COMP_WORDS+=('')
        COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
        COMPREPLY=()
        $(complete -p sequence-mcp | sed 's/.*-F \\([^ ]*\\).*/\\1/')
        printf '%s\\n' "${COMPREPLY[@]}" $'\\f'
      done
      """
    // A second zsh at a terminal of its own, where each line is typed, then the tab key, and the line is taken back; what it
    // would show is passed on. It lists nothing itself, since it would ask before a long list.
    case .zsh:
      """
      zmodload zsh/zpty
      mkfifo offers
      zpty inner zsh -f -i
      zpty -w inner 'fpath=($PWD/functions $fpath); autoload -Uz compinit; compinit -u -D; typeset -ga offered; unsetopt \
      autolist'
      zpty -w inner 'compadd() {
        local -a found
        [[ " $* " == *" -"[ODA]" "* ]] || { builtin compadd -O found "$@"; offered+=($found) }
        builtin compadd "$@"
      }'
      zpty -w inner 'finish() { print -rl -- $offered $'"'\\f'"' > offers; offered=(); comppostfuncs=(finish) }; finish'
      cat offers > /dev/null
      for line; do
        zpty -w -n inner "$line"$'\\t'
        cat offers
        zpty -w -n inner $'\\C-u'
      done
      zpty -d inner
      """
    case .fish:
      """
      source ./completions
      for line in $argv
        complete -C $line
        printf '\\f\\n'
      end
      """
    }
  }
}
