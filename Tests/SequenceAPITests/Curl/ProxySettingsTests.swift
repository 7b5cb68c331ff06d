import SequenceAPI
import Testing

/// The proxy variables, with a proxy that lets nobody through.
@Suite struct ProxySettingsTests {
  private func trigger(
    _ environment: (Int) -> [String: String], _ baseURL: String = "https://api.sequence-mcp.invalid"
  ) throws -> (error: SequenceAPIError?, requests: [String]) {
    let proxy = try RawServer([
      .init(text: RawServer.Reply.http(403, "no")), .init(text: RawServer.Reply.http(403, "no")),
    ])
    defer { proxy.stop() }
    let transport = CurlTransport(environment: environment(proxy.port))
    let client = try SequenceClient.real(baseURL, transport: transport, timeoutMilliseconds: 2000)
    return (client.triggerSample().error, proxy.requests)
  }

  @Test(arguments: ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"])
  func variableNamesTheProxy(variable: String) throws {
    let (error, requests) = try trigger { [variable: "http://user:not-a-real-secret-3@127.0.0.1:\($0)"] }
    #expect(error?.code == "PROXY_ERROR")
    #expect(error?.message == "the proxy refused to connect to the server (status 403)")
    #expect(requests.count == 1)
    #expect(requests.first?.hasPrefix("CONNECT api.sequence-mcp.invalid:443 HTTP/1.1\r\n") == true)
    #expect(requests.first?.contains("not-a-real-secret-1") == false)
  }

  @Test func exceptionIsCalledDirectly() throws {
    let (error, requests) = try trigger {
      ["HTTPS_PROXY": "http://127.0.0.1:\($0)", "NO_PROXY": "sequence-mcp.invalid"]
    }
    #expect(["NETWORK_ERROR", "TIMEOUT"].contains(error?.code))
    #expect(requests.isEmpty)
  }

  @Test func loopbackNeverUsesAProxy() throws {
    let (error, requests) = try trigger({ ["ALL_PROXY": "http://127.0.0.1:\($0)"] }, "http://127.0.0.1:9")
    #expect(error?.code == "NETWORK_ERROR")
    #expect(requests.isEmpty)
  }

  @Test func proxyPasswordIsNotShown() throws {
    let (error, _) = try trigger { _ in ["HTTPS_PROXY": "gopher://user:not-a-real-secret-3@127.0.0.1:1"] }
    #expect(error != nil)
    #expect(!"\(error as Any)".contains("not-a-real-secret-3"))
  }
}
