import JSON
import Synchronization

/// The destination of the answer to a request.
enum ReplySink: Sendable {
  /// Sent at once, as a separate line.
  case line
  case batch(Batch, slot: Int)

  /// Queues an answer; nil means that none is owed any longer. The caller flushes.
  func deliver(_ answer: OutgoingLine?, through writer: MessageWriter) {
    switch self {
    case .line:
      if let answer { writer.enqueue(answer) }
    case .batch(let batch, let slot):
      if let whole = batch.fill(slot, answer) { writer.enqueue(whole) }
    }
  }

  /// Calls the receipts of the answers that wait for one that will never come. Call it when no lock is held.
  func drop() {
    guard case .batch(let batch, _) = self else { return }
    for receipt in batch.takeReceipts() { receipt(.dropped) }
  }

  /// Queues a protocol error.
  /// - Parameter id: Nil if the request's id could not be read.
  func deliver(_ error: RPCError, _ id: RequestID?, through writer: MessageWriter, _ log: Logger) {
    log.log(.debug, "request refused", ["code": .init(error.code), "reason": .string(error.text)])
    deliver(OutgoingMessage.error(error, id: id), through: writer)
  }
}

/// The answers to one batch, which are sent together once all are available (MCP 2025-03-26, basic, "Batching").
final class Batch: Sendable {
  private struct State {
    var answers: [OutgoingLine?]
    var open: Int
  }

  private let state: Mutex<State>

  /// - Parameter count: How many answers the batch needs, at least one.
  init(count: Int) { state = Mutex(State(answers: Array(repeating: nil, count: count), open: count)) }

  /// Stores the answer in its slot, or nil if the request was cancelled. Each slot is filled once.
  /// - Returns: the whole array if this was the last slot and any of them has an answer.
  fileprivate func fill(_ slot: Int, _ answer: OutgoingLine?) -> OutgoingLine? {
    state.withLock { state in
      state.answers[slot] = answer
      state.open -= 1
      guard state.open == 0 else { return nil }
      let answers = state.answers.compactMap(\.self)
      guard !answers.isEmpty else { return nil }
      var list = OutgoingLine()
      for (index, answer) in answers.enumerated() {
        list.append(index == 0 ? "[" : ",")
        list.append(answer)
      }
      list.append("]")
      return list
    }
  }

  /// Removes the answers of a batch that never completes.
  /// - Returns: their receipts.
  fileprivate func takeReceipts() -> [OutgoingLine.Receipt] {
    state.withLock { state in
      defer { state.answers = state.answers.map { _ in nil } }
      return state.answers.compactMap(\.self).flatMap(\.receipts)
    }
  }
}
