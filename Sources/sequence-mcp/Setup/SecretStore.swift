import Config
import CSystem
import Platform

/// Asks for secrets and stores them in files that only their owner may read.
struct SecretStore {
  let questions: Questions
  let console: Console

  /// A secret that has been asked for and is not stored yet.
  struct Answer {
    let path: String
    /// nil keeps what the file holds.
    fileprivate let secret: String?
  }

  /// Asks for a secret; if its file is there, whether to keep what it holds.
  func ask(_ question: String, for path: String) throws(CommandError) -> Answer {
    if FilePath.exists(path) {
      let kept = try questions.choose(
        "\(console.shown(path: path)) already exists: keep or replace it", ["keep", "replace"], suggestion: nil)
      if kept == "keep" { return Answer(path: path, secret: nil) }
    }
    return try askNew(question, for: path)
  }

  /// Asks for a secret that takes the place of the one that is stored, if there is one.
  func askNew(_ question: String, for path: String) throws(CommandError) -> Answer {
    let secret = try questions.askHidden(question, problem: SecretShape.problem)
    if let doubt = SecretShape.doubt(secret) {
      console.note(
        TextWrap.lines("  warning: the secret \(doubt)", width: console.width, hanging: 2).joined(separator: "\n"))
    }
    return Answer(path: path, secret: secret)
  }

  /// Stores it with mode 0600; what the file held before is gone.
  /// - Returns: whether the file is new.
  @discardableResult
  func store(_ answer: Answer) throws(CommandError) -> Bool {
    guard let secret = answer.secret else {
      console.out("kept  \(console.shown(path: answer.path))")
      return false
    }
    let path = FilePath.resolvingLinks(answer.path)
    let isNew = FilePath.isAbsent(path)
    do throws(SystemError) {
      try FilePath.makeDirectories(FilePath.parent(path), mode: 0o700)
      try File.replace(path, with: Array((secret + "\n").utf8), like: nil)
    } catch {
      throw .unusable("\(error.description); nothing was changed")
    }
    console.out("\(isNew ? "wrote" : "replaced") \(console.shown(path: answer.path))")
    return isNew
  }

  /// Deletes a secret's file.
  func remove(_ path: String) throws(CommandError) {
    guard unlink(path) == 0 || SystemError.lastCode == ENOENT else {
      throw .unusable(SystemError.last("delete \(path)").description)
    }
    console.out("deleted \(console.shown(path: path))")
  }
}
