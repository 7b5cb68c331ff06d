import MCP
package import Platform
import Rules
import Safeguards

/// A window on the person's own desktop, drawn by a system program and not by the client.
struct DialogChannel: ConsentChannel {
  func ask(_ flow: ConsentFlow, then: @escaping @Sendable (ConsentAnswer) -> ToolReply) -> ToolReply {
    let (process, context, message) = (flow.services.process, flow.context, flow.message)
    let window: DialogWindow
    switch process.dialog {
    case .available(let found): window = found
    case .unavailable(let why): return then(.unreached(.noWindow(why)))
    }
    guard DialogWindow.fits(message) else { return then(.unreached(.noWindow("the call is too long for one"))) }
    guard let openMilliseconds = flow.timeout.window(elapsed: context.elapsedMilliseconds()) else {
      return then(.unreached(.noTime))
    }
    guard let lock = process.safeguards.dialogLock() else {
      return then(.unreached(.noWindow("another one is already open")))
    }
    context.reportProgress("Waiting for the person to answer in a window")
    let started = process.clock.bootMilliseconds()
    var looks = 0
    let answer = window.ask(message, forMilliseconds: openMilliseconds) {
      looks += 1
      // Checking the configuration takes longer than reading a flag.
      return context.isCancelled() || context.isEnding() || looks % 25 == 0 && flow.call.change != nil
    }
    let milliseconds = process.clock.bootMilliseconds() - started
    lock.unlock()
    return then(judge(answer, afterMilliseconds: milliseconds, openMilliseconds, flow))
  }

  private func judge(
    _ answer: DialogWindow.Answer, afterMilliseconds time: Int64, _ openMilliseconds: Int64, _ flow: ConsentFlow
  ) -> ConsentAnswer {
    // An answer does not count if the window was closed because the call ended.
    if flow.context.isCancelled() { return .unreached(.dropped) }
    if flow.context.isEnding() { return .no(.clientGone) }
    if let change = flow.call.change { return .no(.refused(change)) }
    switch answer {
    // The machine slept while the window was open.
    case .yes where time > openMilliseconds + 2000: return .unreached(.timedOut)
    case .yes where time < MinimumAnswerTime.yesMilliseconds: return .unreached(.answeredTooFast(milliseconds: time))
    case .yes: return .yes(Consent(.dialog, answerMilliseconds: time))
    // The key may have been meant for the window that lost focus.
    case .no where time < MinimumAnswerTime.noMilliseconds: return .unreached(.closedUnseen(milliseconds: time))
    case .no: return .no(.declined)
    case .timedOut: return .unreached(.timedOut)
    case .failed(let why): return .unreached(.windowFailed(why))
    }
  }
}

/// Whether a window can be opened for the person who started the client.
package enum DialogAvailability: Sendable {
  case available(DialogWindow)
  /// The reason why not, as a clause of a sentence.
  case unavailable(String)

  package init(_ desktop: Desktop) {
    do throws(Desktop.Obstacle) {
      let opener = try desktop.opener()
      self = .available(DialogWindow(opener.program, environment: opener.environment))
    } catch {
      self = .unavailable(error.reason)
    }
  }
}

/// A yes-or-no question in a window, shown by a system program. The question is passed as an argument, never as a script or
/// markup. Enter, Escape and closing the window mean No.
package struct DialogWindow: Sendable {
  /// What the window returned.
  package enum Answer: Sendable, Hashable {
    case yes, no, timedOut
    /// The program showed nothing, or its result cannot be trusted.
    case failed(String)
  }

  private let kind: DialogProgram
  private let program: String
  private let environment: [String: String]

  /// - Parameters:
  ///   - program: Tests substitute another program for the system's.
  ///   - environment: The complete environment of the program.
  package init(_ kind: DialogProgram, program: String? = nil, environment: [String: String]) {
    self.kind = kind
    self.program = program ?? kind.path
    self.environment = environment
  }

  /// The maximum lines of a window and characters per line. A longer question would not be fully visible.
  private static let (maximumLines, lineLength) = (20, 80)

  /// Whether the text is fully visible in a window.
  package static func fits(_ text: String) -> Bool {
    let lines = text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false)
    return lines.reduce(0) { $0 + max(1, ($1.count + lineLength - 1) / lineLength) } <= maximumLines
  }

  /// Shows the question and waits for the answer.
  /// - Parameter isStopped: True closes the window; the answer is then `timedOut`.
  package func ask(
    _ text: String, forMilliseconds limit: Int64, isStopped: () -> Bool = { false }
  ) -> Answer {
    // The program closes its window on its own timeout; it is killed if it does not.
    let seconds = max(1, limit / 1000)
    let child = ChildProcess(
      program, arguments(text, seconds: seconds),
      environment: environment.merging(kind.variables) { $1 },
      timeoutMilliseconds: (seconds + 1) * 1000)
    do throws(SystemError) {
      return answer(try child.run(isStopped: isStopped))
    } catch {
      return .failed("its program cannot be started: \(error.reason)")
    }
  }

  private static let title = "sequence-mcp"
  private static let yes = "Yes, trigger it"
  private static let no = "No"

  private func arguments(_ text: String, seconds: Int64) -> [String] {
    switch kind {
    case .zenity:
      // Without markup, zenity shows the text verbatim, backslashes included (zenity's msg.c, read 2026-11).
      return [
        "--question", "--no-markup", "--default-cancel", "--width=640", "--timeout=\(seconds)",
        "--title=\(Self.title)", "--ok-label=\(Self.yes)", "--cancel-label=\(Self.no)", "--text=\(text)",
      ]
    case .osascript:
      // Canceling is an error in AppleScript; its number shows that the person canceled.
      let script = """
        on run argv
          try
            display dialog (item 1 of argv) with title (item 2 of argv) buttons {"No", "Yes"} default button "No" \
        cancel button "No" with icon caution giving up after ((item 3 of argv) as integer)
          on error number -128
            return "cancelled"
          end try
        end run
        """
      return ["-e", script, text, Self.title, "\(seconds)"]
    }
  }

  /// Returns the answer. Only the button counts as a yes; no other way for the program to end does.
  private func answer(_ report: ChildProcess.Report) -> Answer {
    let status: Int32
    switch report.ending {
    case .exited(let code): status = code
    case .timedOut, .stopped: return .timedOut
    case .crashed: return .failed("its program crashed")
    case .wroteTooMuch: return .failed("its program wrote more than an answer")
    }
    switch kind {
    case .zenity:
      switch status {
      case DialogProgram.zenityYesStatus: return .yes
      // GTK's status without a display is that of a no.
      case 1: return DisplayServer.answers(environment) == false ? .failed("the display does not answer") : .no
      case 5: return .timedOut
      default: return .failed("its program ended with status \(status)")
      }
    case .osascript:
      switch (status, String(decoding: report.output, as: UTF8.self)) {
      case (0, "button returned:Yes, gave up:false\n"): return .yes
      case (0, "cancelled\n"), (0, "button returned:No, gave up:false\n"): return .no
      case (0, "button returned:, gave up:true\n"): return .timedOut
      default: return .failed("its program ended with status \(status)")
      }
    }
  }
}
