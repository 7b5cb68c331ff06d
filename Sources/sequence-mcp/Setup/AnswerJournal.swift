import CSystem
import JSON
import Platform
import Synchronization

/// The answers of an interview that was left in the middle, kept in a private file beside the configuration so that the next run
/// of `setup` need not ask again. Secrets are never among them: they are asked for without this.
final class AnswerJournal: Sendable {
  private struct Entry: Sendable {
    let question: String
    let answer: String
  }

  private struct State: Sendable {
    /// What an earlier run left and this one has not used yet.
    var kept: ArraySlice<Entry> = []
    var given: [Entry] = []
  }

  /// The longest file that is read, in bytes.
  private static let byteLimit = 1 << 20

  private let path: String
  private let state: Mutex<State>

  /// The journal of one configuration.
  init(besides configurationPath: String) {
    path = configurationPath + ".unfinished"
    state = Mutex(State(kept: AnswerJournal.read(path)[...]))
  }

  /// How many answers an earlier run left.
  var keptCount: Int { state.withLock { $0.kept.count } }

  /// The answer to the next question, if an earlier run was asked the same one there. From the first other question on the rest is
  /// forgotten: it answered something else.
  func next(_ question: String) -> String? {
    state.withLock { state in
      guard let entry = state.kept.popFirst(), entry.question == question else {
        state.kept = []
        return nil
      }
      return entry.answer
    }
  }

  /// Keeps an answer, at once: the run may end before the next question.
  func note(_ answer: String, to question: String) {
    let entries = state.withLock { state in
      state.given.append(Entry(question: question, answer: answer))
      return state.given + state.kept
    }
    let lines = entries.map {
      JSONWriter.text(["question": .string($0.question), "answer": .string($0.answer)]) + "\n"
    }
    // Best effort: without it the questions are asked again.
    try? File.replace(path, with: Array(lines.joined().utf8), like: nil)
  }

  /// Forgets all answers: they became a rule, or are not wanted.
  func clear() {
    state.withLock { $0 = State() }
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
