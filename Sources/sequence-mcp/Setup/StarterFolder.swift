import CSystem
import Platform
import Rules

/// The configuration's folder, with its file and its secrets; nothing that is there is ever overwritten.
struct StarterFolder {
  /// The configuration file, absolute.
  let configurationPath: String

  var path: String { FilePath.parent(configurationPath) }
  var secretsPath: String { path + "/secrets" }

  init(_ place: ConfigurationPlace) { configurationPath = FilePath.absolute(place.path) }

  /// Makes the folder itself and that of the secrets, for the user alone.
  func make() throws(CommandError) {
    do throws(SystemError) {
      try FilePath.makeDirectories(path, mode: 0o700)
      try FilePath.makeDirectories(secretsPath, mode: 0o700)
    } catch {
      throw .unusable(error.description)
    }
  }

  /// Writes a file for the user alone.
  /// - Parameter relativePath: counted from the folder.
  /// - Returns: whether it is new; false where something is there already, which is kept.
  func create(_ relativePath: String, _ text: String) throws(CommandError) -> Bool {
    do throws(SystemError) {
      try File.create(path + "/" + relativePath, Array(text.utf8), mode: 0o600)
      return true
    } catch {
      if error.code == EEXIST { return false }
      throw .unusable(error.description)
    }
  }

  func has(_ relativePath: String) -> Bool { FilePath.exists(path + "/" + relativePath) }

  /// Takes back a file that `create` just made.
  func remove(_ relativePath: String) { unlink(path + "/" + relativePath) }
}
