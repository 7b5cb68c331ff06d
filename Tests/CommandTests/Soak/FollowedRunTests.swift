import Foundation
import JSON
import Sandbox
import TestSupport
import Testing

/// Many calls over the Platform API at once: calls whose runs are followed do not block others.
@Suite(.waiting) struct FollowedRunTests {
  @Test func `of 32 runs that end later four are followed; ping and other calls are answered meanwhile`() throws {
    // Its transfer stays pending, so its runs are followed until the time is up.
    let stage = try Stage.platform(
      "Reimburse a contractor", rule: ["confirm: never", "simulate: never", "follow: 120s"])
    let server = try stage.launchInitialized()
    for number in 0..<32 { server.begin(JSONValue(number), "split", ["amount": JSONValue(10 + number)]) }
    try stage.wait(until: "all but the followed calls are answered") { server.answerCounts.answers == 29 }
    #expect(stage.carriedOut == 32)
    #expect(try server.ask("ping", "ping")["result"] != nil)
    let list = try server.call("run", "get_run", ["tool": "split"])
    #expect(list.content?["run"]?["outcome"] == "settling", "\(list.response)")
    let another = try server.call("another", "split", ["amount": "99.00"])
    #expect(another.status == "accepted" && another.content?["run"]?["outcome"] == "running", "\(another.response)")
    // The handshake, 28 calls, and the three requests above.
    #expect(server.answerCounts.answers == 32)
    if ProcessTable.isThere {
      // Following a run occupies its call's thread, of which there are 32.
      #expect(try ProcessTable(processID: server.processID).threadCount() < 48)
    }
    server.closeInput()
    #expect(try server.ending() == .exit(0))
  }
}
