import CSystem
import JSON
import Platform

/// Asks the person at the terminal. If standard input is not one, each of its lines is an answer.
struct Questions {
  let console: Console
  /// The end of the message if the input ends too early.
  var atEnd = "nothing was changed"
  /// Stores the answers, except secrets, and returns those of an earlier run; nil stores none.
  var journal: AnswerJournal?
  /// Whether a person can be asked again.
  let isInteractive = isatty(STDIN_FILENO) == 1

  /// Asks a question and returns the answer, without the spaces around it.
  /// - Parameters:
  ///   - suggestion: The meaning of an empty answer; nil asks again.
  ///   - fault: Returns what is wrong with an answer, or nil.
  /// - Throws: `CommandError` at the end of the input, or with the fault if nobody can be asked again.
  func ask(
    _ question: String, suggestion: String? = nil, fault: (String) -> String? = { _ in nil }
  ) throws(CommandError) -> String {
    let prompt = question + (suggestion.map { " [\($0)]" } ?? "") + ": "
    if let kept = journal?.next(question), fault(kept) == nil {
      console.note(TextWrap.text(prompt + (kept == suggestion ? "" : kept), width: console.width))
      journal?.note(kept, to: question)
      return kept
    }
    let answer = try answer(to: question, fault) { () throws(CommandError) in
      put(prompt)
      let answer = trimmed(try line(after: question))
      return answer.isEmpty ? suggestion ?? "" : answer
    }
    journal?.note(answer, to: question)
    return answer
  }

  /// Asks a yes-or-no question.
  /// - Parameter proposal: The meaning of an empty answer.
  func confirm(_ question: String, proposal: Bool = false) throws(CommandError) -> Bool {
    let neither = proposal ? "Y/n" : "y/N"
    let answer = try ask(question, suggestion: neither) { answer in
      answer == neither || ["y", "yes", "n", "no"].contains(answer.lowercased()) ? nil : "answer y or n"
    }
    return answer == neither ? proposal : ["y", "yes"].contains(answer.lowercased())
  }

  /// Asks for one of the answers, by its word or its number in the list that is shown.
  /// - Parameters:
  ///   - suggestion: The meaning of an empty answer; nil asks again.
  ///   - notes: The explanation of each answer, by its word.
  ///   - spelledOut: The answer whose word must be written in full.
  func choose(
    _ question: String, _ answers: [String], suggestion: String?, notes: [String: String] = [:],
    spelledOut: String? = nil
  ) throws(CommandError) -> String {
    if isInteractive {
      let width = answers.map(\.utf8.count).max() ?? 0
      for (index, answer) in answers.enumerated() {
        let note = notes[answer].map { String(repeating: " ", count: width - answer.utf8.count + 2) + $0 } ?? ""
        let line = "  \(index + 1)  \(answer)\(note)"
        console.note(console.wrapped(line, hanging: width + 7))
      }
    }
    func chosen(_ text: String) -> String? {
      guard let answer = Self.choice(text, among: answers).map({ answers[$0] }) else { return nil }
      let isWhole = answer != spelledOut || text.lowercased() == answer || Int(text) != nil
      return isWhole ? answer : nil
    }
    let answer = try ask(question, suggestion: suggestion) {
      chosen($0) == nil ? "answer \(answers.joined(separator: ", ")) or a number from 1 to \(answers.count)" : nil
    }
    return chosen(answer) ?? answer
  }

  func askHidden(_ question: String, fault: (String) -> String?) throws(CommandError) -> String {
    try answer(to: question, fault) { () throws(CommandError) in
      let prompt = question + " (not shown): "
      if isInteractive { return try HiddenInput.read(prompt: prompt, atEnd: atEnd) }
      put(prompt)
      return try line(after: question)
    }
  }

  private func answer(
    to question: String, _ fault: (String) -> String?, _ read: () throws(CommandError) -> String
  ) throws(CommandError) -> String {
    while true {
      let answer = try read()
      guard let message = answer.isEmpty ? "an answer is needed" : fault(answer) else { return answer }
      guard isInteractive else { throw .failure("\(question): \(message)") }
      console.remark("  " + message, hanging: 2)
    }
  }

  /// Returns the index of the name that an answer identifies: by its number, in full, or by an unambiguous beginning.
  static func choice(_ answer: String, among names: [String]) -> Int? {
    if let number = Int(answer) { return names.indices.contains(number - 1) ? number - 1 : nil }
    let (answer, names) = (answer.lowercased(), names.map { $0.lowercased() })
    func only(_ isMeant: (String) -> Bool) -> Int? {
      let found = names.indices.filter { isMeant(names[$0]) }
      return found.count == 1 ? found[0] : nil
    }
    return only { $0 == answer } ?? only { $0.hasPrefix(answer) }
  }

  /// Writes a prompt to stderr, since it is not part of a report.
  private func put(_ prompt: String) {
    let text = isInteractive ? console.wrapped(prompt) : prompt + "\n"
    try? FileDescriptor.writeAll(Array(text.utf8), to: STDERR_FILENO)
  }

  /// Reads one line of standard input, byte by byte, since the rest of the input belongs to the next reader.
  private func line(after question: String) throws(CommandError) -> String {
    var bytes: [UInt8] = []
    do throws(SystemError) {
      while bytes.count < 65536 {
        guard let byte = try FileDescriptor.readSome(STDIN_FILENO, capacity: 1).first else {
          if bytes.isEmpty { throw SystemError(code: 0, attempt: "") }
          break
        }
        if byte == 0x0A { break }
        bytes.append(byte)
      }
    } catch {
      // Otherwise the message would follow on the question's line.
      if isInteractive { console.note("") }
      throw .unusable("no answer to '\(question)': the input ended; \(atEnd)")
    }
    if bytes.last == 0x0D { bytes.removeLast() }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw .failure("the answer to '\(question)' is not UTF-8")
    }
    return text
  }

  private func trimmed(_ text: String) -> String {
    func isSpace(_ scalar: Unicode.Scalar) -> Bool { scalar == " " || scalar == "\t" }
    let scalars = text.unicodeScalars.drop(while: isSpace)
    return String(String.UnicodeScalarView(scalars.reversed().drop(while: isSpace).reversed()))
  }
}

/// The answers of an interrupted interview, kept in a private file next to the configuration so that the next run of `setup`
/// does not ask again. They never include secrets, which are asked for without the journal.
final class AnswerJournal {
  private typealias Entry = (question: String, answer: String)

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
    given.append((question, answer))
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
      return (question, answer)
    }
  }
}
