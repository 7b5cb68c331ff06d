import Platform

/// A bounded pool of threads for blocking calls. Threads are started on demand.
final class WorkerPool: Sendable {
  private struct Job: Sendable {
    let serial: Int
    let isAnswered: Bool
    let run: @Sendable () -> Void
  }

  private struct State {
    var queue: [Job] = []
    var idle = 0
    var threads = 0
    var isClosing = false
  }

  private let limit: Int
  private let state = Monitor(State())

  init(limit: Int) { self.limit = limit }

  /// Runs the job as soon as a thread is free.
  /// - Parameter isAnswered: Whether the job takes an answer to a question. It goes to the front of the queue, and runs even if
  ///   it is withdrawn, because the question must end.
  /// - Returns: false if the system cannot start a thread to run it.
  func submit(_ serial: Int, isAnswered: Bool = false, _ run: @escaping @Sendable () -> Void) -> Bool {
    // One job needs one thread; waking all 32 costs more than the job.
    let needsThread = state.withLock(waking: .one) { state in
      let job = Job(serial: serial, isAnswered: isAnswered, run: run)
      state.queue.insert(job, at: isAnswered ? 0 : state.queue.count)
      guard state.queue.count > state.idle, state.threads < limit else { return false }
      state.threads += 1
      return true
    }
    guard needsThread else { return true }
    do throws(SystemError) {
      // Counted instead of joined: a call that hangs must not delay the end of the process.
      try Thread { [self] in work() }.detach()
      return true
    } catch {
      return state.withLock { state in
        state.threads -= 1
        guard state.threads == 0 else { return true }
        state.queue.removeAll { $0.serial == serial }
        return false
      }
    }
  }

  /// Removes a job that no thread has started, unless it takes an answer.
  func withdraw(_ serial: Int) {
    state.withLock { state in state.queue.removeAll { $0.serial == serial && !$0.isAnswered } }
  }

  /// Lets the threads finish queued and running jobs within the deadline, then drops the jobs that have not started.
  func close(withinMilliseconds milliseconds: Int64) {
    state.withLock { $0.isClosing = true }
    _ = state.wait(timeoutMilliseconds: milliseconds) { $0.threads == 0 && $0.queue.isEmpty ? true : nil }
    state.withLock { $0.queue = [] }
  }

  private func work() {
    while let job = nextJob() { job.run() }
    state.withLock { $0.threads -= 1 }
  }

  /// Returns the next job, or nil once the pool is closing and the queue is empty.
  private func nextJob() -> Job? {
    state.withLock(waking: .none) { $0.idle += 1 }
    let found: Job?? = state.wait(waking: .none) { state in
      guard !state.queue.isEmpty || state.isClosing else { return nil }
      state.idle -= 1
      return .some(state.queue.isEmpty ? nil : state.queue.removeFirst())
    }
    return found ?? nil
  }
}
