import MCP
import Platform
import Rules
import Safeguards

/// A window on the person's own desktop, drawn by the system's own program and not by the client.
struct DialogChannel: ConsentChannel {
  let services: CatalogServices

  var kind: ConfirmationPolicy.Channel { .dialog }

  func ask(_ request: ConsentRequest, then: @escaping @Sendable (ConsentAnswer) -> ToolReply) -> ToolReply {
    let window: DialogWindow
    switch services.dialog {
    case .available(let found): window = found
    case .unavailable(let why): return then(.unreached(.noWindow(why)))
    }
    guard DialogWindow.fits(request.message) else { return then(.unreached(.noWindow("the call is too long for one"))) }
    guard let openMilliseconds = request.patience.window(elapsed: request.context.elapsedMilliseconds) else {
      return then(.unreached(.noTime))
    }
    guard let lock = services.safeguards.dialogLock() else {
      return then(.unreached(.noWindow("another one is open, and only one is at a time")))
    }
    request.context.reportProgress("waiting for the person to answer in a window")
    let started = services.clock.bootMilliseconds()
    var looks = 0
    let answer = window.ask(request.message, forMilliseconds: openMilliseconds) {
      looks += 1
      // Judging a call anew takes longer than looking at a flag.
      return request.context.isCancelled || request.context.isEnding || looks % 25 == 0 && !request.isCurrent()
    }
    let milliseconds = services.clock.bootMilliseconds() - started
    lock.release()
    return then(judge(answer, afterMilliseconds: milliseconds, openMilliseconds, request))
  }

  private func judge(
    _ answer: DialogWindow.Answer, afterMilliseconds time: Int64, _ openMilliseconds: Int64, _ request: ConsentRequest
  ) -> ConsentAnswer {
    // An answer does not count if the window was closed because its call ended.
    if request.context.isCancelled { return .unreached(.dropped) }
    if request.context.isEnding { return .no(.clientGone) }
    if !request.isCurrent() { return .no(.refused(.configurationChanged)) }
    switch answer {
    // The machine slept meanwhile.
    case .yes where time > openMilliseconds + 2000: return .unreached(.timedOut)
    case .yes where time < HumanTime.yesMilliseconds: return .unreached(.answeredTooFast(milliseconds: time))
    case .yes: return .yes(Consent(.dialog, answerMilliseconds: time))
    // The key may have been meant for the window that lost the focus.
    case .no where time < HumanTime.noMilliseconds: return .unreached(.closedUnseen(milliseconds: time))
    case .no: return .no(.declined)
    case .timedOut: return .unreached(.timedOut)
    case .failed(let why): return .unreached(.windowFailed(why))
    }
  }
}
