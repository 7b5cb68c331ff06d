import Config
import Platform
import Rules
import SourceYAML

/// Root's copy of a configuration: the commands that give it the keys that it lacks. Each is tried on the text first, since a
/// file may end without a line break, or have its keys in braces.
struct RootConfiguration {
  /// The path of the copy, which the shell needs no quotes for.
  let path: String
  private(set) var commands: [String] = []
  private var text: [UInt8]
  private let loader: ConfigurationLoader

  /// - Parameter text: The configuration as it is copied.
  init(path: String, text: [UInt8], loader: ConfigurationLoader) {
    self.path = path
    self.text = text
    self.loader = loader
  }

  /// Sets the directory of the ledger.
  mutating func setState(_ directory: String) {
    if loaded(text)?.stateDirectory == directory { return }
    let line = "state_dir: \(directory)"
    let lines = text.split(separator: 0x0A, omittingEmptySubsequences: false)
    let isWritten = { (line: ArraySlice<UInt8>) in line.starts(with: "state_dir:".utf8) }
    guard lines.contains(where: isWritten) else {
      return append(line) { $0.stateDirectory == directory }
    }
    let changed = Array(lines.map { isWritten($0) ? ArraySlice(line.utf8) : $0 }.joined(separator: [0x0A]))
    guard loaded(changed)?.stateDirectory == directory else { return printByHand(line) }
    text = changed
    // The suffix is for the sed of macOS, which needs one.
    commands.append("sudo sed -i.old 's|^state_dir:.*|\(line)|' \(path) && sudo rm \(path).old")
  }

  /// Adds a line at the end.
  /// - Parameter isDone: Whether a configuration says what the line should.
  mutating func append(_ line: String, isDone: (Configuration) -> Bool) {
    let changed = text + Array("\n\(line)\n".utf8)
    guard let configuration = loaded(changed), isDone(configuration) else { return printByHand(line) }
    text = changed
    commands.append("printf '\\n%s\\n' \(ShellWord.quoted(line)) | sudo tee -a \(path) >/dev/null")
  }

  /// Adds a sentence in place of a command that would not work, as a comment for the shell.
  private mutating func printByHand(_ line: String) {
    commands.append("# Write '\(line)' in it yourself, as root; no command can do it.")
  }

  private func loaded(_ text: [UInt8]) -> Configuration? {
    loader.check(source: SourceFile(name: path, bytes: text), directory: FilePath.parent(path)).configuration
  }
}
