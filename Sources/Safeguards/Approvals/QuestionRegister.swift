import JSON
import Platform
import Rules
import Synchronization

/// The one open question about each call, across all servers of a state directory. Each is a file `question-CALL.json`; a yes
/// counts only while the file still belongs to that question.
package final class QuestionRegister: Sendable {
  /// The maximum number of open questions of this process; the oldest are voided.
  static let limit = 256

  private static let prefix = "question-"

  private let ledger: Ledger
  /// Oldest first.
  private let opened = Mutex<[OpenQuestion]>([])

  init(ledger: Ledger) { self.ledger = ledger }

  /// Returns the name that identical calls with the same explicit key share, under any alias. Also the name of the question's
  /// file: a call with a key of its own is another one on purpose, and is asked about separately.
  package static func name(of trigger: TriggerIntent) -> String {
    let same: JSONValue = [
      .string(SameCall(trigger).identity.description), trigger.explicitKey.map { .string($0) } ?? .null,
    ]
    return "\(prefix)\(Digest(CanonicalJSON.bytes(same)).short).json"
  }

  /// Opens a question; an earlier one about this call no longer counts.
  /// - Parameter isWaiting: Whether a call waits for the answer, in which case an identical call counts as running at the same
  ///   time.
  package func open(_ trigger: TriggerIntent, isWaiting: Bool) -> Result<OpenQuestion, Refusal> {
    let name = QuestionRegister.name(of: trigger)
    let question: OpenQuestion?
    do throws(LedgerFault) {
      question = try ledger.write { contents throws(LedgerFault) in
        guard let directory = contents.directory else { return nil }
        QuestionRegister.clear(directory, besides: name)
        if try QuestionRegister.isAsked(trigger, underAnyKey: false, in: contents) { return nil }
        let question = OpenQuestion(name: name, token: EntryID(bits: contents.randomBits()))
        let entry = QuestionEntry(
          call: SameCall(trigger).identity.description, token: question.token, server: try contents.liveSession().id,
          isWaiting: isWaiting)
        try directory.replace(name, with: LedgerEntry.line(entry.json))
        return question
      }
    } catch {
      ledger.report(error)
      return .failure(Refusal(error))
    }
    guard let question else { return .failure(.stillAsked) }
    let oldest = opened.withLock { opened in
      opened.removeAll { $0.name.hasSameBytes(as: name) }
      opened.append(question)
      return opened.count > QuestionRegister.limit ? opened.removeFirst() : nil
    }
    if let oldest { close(oldest) }
    return .success(question)
  }

  /// Ends a question without a yes, if it is still the current one for the call.
  package func close(_ question: OpenQuestion) {
    opened.withLock { opened in opened.removeAll { $0.token == question.token } }
    do throws(LedgerFault) {
      _ = try ledger.write { contents throws(LedgerFault) in try QuestionRegister.use(question, in: contents) }
    } catch {
      ledger.report(error)
    }
  }

  /// Whether a call waits for the answer to a question about the same call.
  /// - Parameter underAnyKey: For a call that nobody is asked about, which `reserve` refuses then.
  package func isAsked(_ trigger: TriggerIntent, underAnyKey: Bool) -> Bool {
    let isAsked = try? ledger.read { contents throws(LedgerFault) in
      try QuestionRegister.isAsked(trigger, underAnyKey: underAnyKey, in: contents)
    }
    return isAsked == true
  }

  /// The same, under the ledger's lock.
  static func isAsked(
    _ trigger: TriggerIntent, underAnyKey: Bool, in contents: LedgerContents
  ) throws(LedgerFault) -> Bool {
    for name in try names(about: trigger, underAnyKey: underAnyKey, in: contents) {
      guard let directory = contents.directory, let entry = try QuestionEntry(name, in: directory) else { continue }
      if entry.isWaiting, SessionLock.isAlive(entry.server, in: directory) { return true }
    }
    return false
  }

  /// Removes the question about a call that is sent, under the ledger's lock: a yes to it would let the call through twice.
  /// - Parameter underAnyKey: For a call that nobody was asked about.
  static func void(_ trigger: TriggerIntent, underAnyKey: Bool, in contents: LedgerContents) {
    let names = try? names(about: trigger, underAnyKey: underAnyKey, in: contents)
    for name in names ?? [name(of: trigger)] { contents.directory?.remove(name) }
  }

  private static func names(
    about trigger: TriggerIntent, underAnyKey: Bool, in contents: LedgerContents
  ) throws(LedgerFault) -> [String] {
    guard underAnyKey, let directory = contents.directory else { return [name(of: trigger)] }
    let call = SameCall(trigger).identity.description
    var names: [String] = []
    for name in directory.names(startingWith: prefix) where try QuestionEntry(name, in: directory)?.call == call {
      names.append(name)
    }
    return names
  }

  /// Consumes a question, under the ledger's lock.
  /// - Returns: false if it is no longer the current one for the call.
  static func use(_ question: OpenQuestion, in contents: LedgerContents) throws(LedgerFault) -> Bool {
    guard let directory = contents.directory,
      try QuestionEntry(question.name, in: directory)?.token == question.token
    else { return false }
    return directory.remove(question.name)
  }

  /// Removes the malformed questions and those of servers that have ended. One that cannot be read now may belong to a live
  /// server.
  private static func clear(_ directory: any StateDirectory, besides kept: String) {
    for name in directory.names(startingWith: prefix) where !name.hasSameBytes(as: kept) {
      do throws(LedgerFault) {
        let entry = try QuestionEntry(name, in: directory)
        if let entry, SessionLock.isAlive(entry.server, in: directory) { continue }
        directory.remove(name)
      } catch {
        continue
      }
    }
  }

  package static let replaced = Refusal(
    code: .questionReplaced,
    reason:
      """
      a later question about the same call replaced this one, the same call was sent without this question, or \(limit) \
      others were asked since.
      """,
    help: "Answer the later question, or make the call again.", isRetryable: true)
}

/// The content of a question's file.
private struct QuestionEntry {
  /// The identity of the call, under any key.
  let call: String
  let token: EntryID
  let server: EntryID
  let isWaiting: Bool

  var json: JSONValue {
    [
      "call": .string(call), "token": .string(token.description), "server": .string(server.description),
      "waiting": .bool(isWaiting),
    ]
  }
}

extension QuestionEntry {
  /// - Returns: nil if the file does not exist or is malformed.
  init?(_ name: String, in directory: any StateDirectory) throws(LedgerFault) {
    guard let bytes = try directory.contents(of: name, limit: 4096), let value = try? JSONParser.parse(bytes),
      let call = value["call"]?.stringValue, let token = value["token"]?.stringValue.flatMap({ EntryID($0) }),
      let server = value["server"]?.stringValue.flatMap({ EntryID($0) })
    else { return nil }
    self.init(call: call, token: token, server: server, isWaiting: value["waiting"] == true)
  }
}

/// The right to a single yes to a single call.
package struct OpenQuestion: Sendable {
  let name: String
  let token: EntryID
}

extension TriggerGuard {
  /// Acquires the lock of the process that shows a window, so that only one is open at a time across all servers of a state
  /// directory. Returns nil if another window is open, or if the lock file cannot be used.
  package func dialogLock() -> (any StateFile)? {
    guard let directory = try? ledger.openDirectory(), let file = try? directory.openFile("dialog.lock", .readingOrNew),
      (try? file.lock(exclusive: true, patienceMilliseconds: 0)) == true
    else { return nil }
    return file
  }
}
