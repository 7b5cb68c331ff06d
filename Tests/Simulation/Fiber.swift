import Platform
import Rules

/// Blocking code that runs in pieces: `resume` runs it until it suspends itself or ends, and only then returns. Owner and body
/// thus never run at the same time, and a schedule that is run again runs the same.
final class Fiber: Sendable {
  private enum Turn { case owner, body, over }

  private let turn = Monitor(Turn.owner)

  /// - Parameter threads: The threads that run the body.
  init(on threads: FiberThreads, _ body: @escaping @Sendable (Fiber) -> Void) {
    threads.run { [self] in
      turn.wait { $0 == .body ? () : nil }
      body(self)
      turn.withLock { $0 = .over }
    }
  }

  /// - Returns: false once the body has ended.
  func resume() -> Bool {
    turn.withLock { $0 = .body }
    return turn.wait { turn in turn == .body ? nil : turn == .owner }
      ?? false
  }

  /// Called by the body: lets the owner continue until it resumes the body.
  func suspend() {
    turn.withLock { $0 = .owner }
    turn.wait { $0 == .body ? () : nil }
  }
}

/// Threads that run the bodies of fibers. They are reused, since starting one costs more than most bodies do.
final class FiberThreads: Sendable {
  private struct State {
    var idle: [Worker] = []
    var workers: [Worker] = []
  }

  private final class Worker: Sendable {
    let job = Monitor<Job>(.none)
    enum Job {
      case none, end
      case run(@Sendable () -> Void)
    }
  }

  private let state = Monitor(State())

  init() {}

  func run(_ body: @escaping @Sendable () -> Void) {
    let worker = state.withLock { $0.idle.popLast() } ?? start()
    worker.job.withLock { $0 = .run(body) }
  }

  /// Ends all threads. No body may be running.
  func end() {
    for worker in state.withLock({ $0.workers }) { worker.job.withLock { $0 = .end } }
  }

  private func start() -> Worker {
    let worker = Worker()
    state.withLock { $0.workers.append(worker) }
    do throws(SystemError) {
      try Thread { [state] in
        while true {
          let body = worker.job.wait { job -> (@Sendable () -> Void)?? in
            switch job {
            case .none: return nil
            case .end: return .some(nil)
            case .run(let body):
              job = .none
              return .some(body)
            }
          }
          guard case .some(.some(let body)) = body else { return }
          body()
          state.withLock { $0.idle.append(worker) }
        }
      }.detach()
    } catch {
      fatalError("no thread for the simulation: \(error)")
    }
    return worker
  }
}
