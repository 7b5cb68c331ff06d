import CSystem
import JSON
import Platform

/// The answers of an interrupted interview, kept in a private file next to the configuration so that the next run of `setup`
/// does not ask again. They never include secrets, which are asked for without the journal.
final class AnswerJournal {
  private struct Entry {
    let question: String
    let answer: String
  }

  /// The maximum size of the file, in bytes.
  private static let byteLimit = 1 << 20

  private let path: String
  /// The answers of an earlier run that this run has not used yet.
  private var kept: ArraySlice<Entry>
  private var given: [Entry] = []

  init(besides configurationPath: String) {
    path = AnswerJournal.path(besides: configurationPath)
    kept = AnswerJournal.read(path)[...]
  }

  static func path(besides configurationPath: String) -> String { configurationPath + ".unfinished" }

  /// The number of unused answers of an earlier run.
  var keptCount: Int { kept.count }

  /// Returns the answer to the next question, if an earlier run asked the same question at this point. At the first different
  /// question the remaining answers are dropped, since they answer something else.
  func next(_ question: String) -> String? {
    guard let entry = kept.popFirst(), entry.question == question else {
      kept = []
      return nil
    }
    return entry.answer
  }

  /// Stores an answer at once, since the run may end before the next question.
  func note(_ answer: String, to question: String) {
    given.append(Entry(question: question, answer: answer))
    let lines = (given + kept).map {
      JSONWriter.text(["question": .string($0.question), "answer": .string($0.answer)]) + "\n"
    }
    // Best effort: without the file, the questions are asked again.
    try? File.replace(path, with: Array(lines.joined().utf8), like: nil)
  }

  /// Deletes all answers, which became a rule or are not wanted.
  func clear() {
    (kept, given) = ([], [])
    unlink(path)
  }

  private static func read(_ path: String) -> [Entry] {
    guard let file = try? File(reading: path), file.status.owner == geteuid(),
      let bytes = try? file.contents(limit: byteLimit), bytes.count <= byteLimit
    else { return [] }
    return bytes.split(separator: 0x0A).compactMap { line in
      guard let value = try? JSONParser.parse(Array(line)), let question = value["question"]?.stringValue,
        let answer = value["answer"]?.stringValue
      else { return nil }
      return Entry(question: question, answer: answer)
    }
  }
}
