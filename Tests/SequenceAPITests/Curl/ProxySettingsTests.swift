import Platform
import SequenceAPI
import Testing

/// The proxy variables, with a proxy that refuses every connection.
@Suite struct ProxySettingsTests {
  private func trigger(
    _ environment: (Int) -> [String: String], _ baseURL: String = "https://api.sequence-mcp.invalid"
  ) throws -> (error: SequenceAPIError?, requests: [String], port: Int) {
    let proxy = try RawServer([
      .init(text: RawServer.Reply.http(403, "no")), .init(text: RawServer.Reply.http(403, "no")),
    ])
    defer { proxy.stop() }
    let transport = CurlTransport(environment: environment(proxy.port))
    let client = try SequenceClient.real(baseURL, transport: transport, timeoutMilliseconds: 2000)
    return (try client.triggerSample().error, proxy.requests, proxy.port)
  }

  @Test(arguments: ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"])
  func `a variable names the proxy`(variable: String) throws {
    let (error, requests, port) = try trigger { [variable: "http://user:not-a-real-secret-3@127.0.0.1:\($0)"] }
    #expect(error?.code == "PROXY_ERROR")
    #expect(
      error?.message == "the proxy 127.0.0.1:\(port) (set by \(variable)) refused to connect to the server (status 403)"
    )
    #expect(requests.count == 1)
    #expect(requests.first?.hasPrefix("CONNECT api.sequence-mcp.invalid:443 HTTP/1.1\r\n") == true)
    #expect(requests.first?.contains("not-a-real-secret-1") == false)
  }

  @Test func `an exception is called directly`() throws {
    let (error, requests, _) = try trigger {
      ["HTTPS_PROXY": "http://127.0.0.1:\($0)", "NO_PROXY": "sequence-mcp.invalid"]
    }
    #expect(["NETWORK_ERROR", "TIMEOUT"].contains(error?.code))
    #expect(requests.isEmpty)
  }

  @Test func `loopback never uses a proxy`() throws {
    let (error, requests, _) = try trigger({ ["ALL_PROXY": "http://127.0.0.1:\($0)"] }, "http://127.0.0.1:9")
    #expect(error?.code == "NETWORK_ERROR")
    #expect(requests.isEmpty)
  }

  /// Proxies where nobody listens, or where something else answers.
  @Test(arguments: [
    ("HTTPS_PROXY", "http://127.0.0.1:9", "127.0.0.1:9"), ("https_proxy", "127.0.0.1:9", "127.0.0.1:9"),
    ("ALL_PROXY", "socks5h://127.0.0.1:9", "127.0.0.1:9"), ("all_proxy", "socks5://u:p@127.0.0.1:9/x", "127.0.0.1:9"),
    ("HTTPS_PROXY", "http://proxy.sequence-mcp.invalid:3128", "proxy.sequence-mcp.invalid:3128"),
    ("all_proxy", "socks4a://proxy.sequence-mcp.invalid:1080", "proxy.sequence-mcp.invalid:1080"),
    ("ALL_PROXY", "socks5h://proxy.sequence-mcp.invalid:1080", "proxy.sequence-mcp.invalid:1080"),
    ("HTTPS_PROXY", "https://u:pa@ss@127.0.0.1:9", "127.0.0.1:9"), ("HTTPS_PROXY", "http://[::1]:9", "[::1]:9"),
  ])
  func `a fault of a proxy names the variable and the host`(variable: String, url: String, host: String) throws {
    let (error, _, _) = try trigger { _ in [variable: url] }
    #expect(error?.code == "PROXY_ERROR")
    #expect(error?.message.contains("the proxy \(host) (set by \(variable))") == true, "\(error as Any)")
  }

  @Test(arguments: ["http", "https", "socks5h"])
  func `a proxy that does not answer properly is named`(scheme: String) throws {
    let proxy = try RawServer([.init(text: ""), .init(text: ""), .init(text: "")])
    defer { proxy.stop() }
    let transport = CurlTransport(environment: ["HTTPS_PROXY": "\(scheme)://127.0.0.1:\(proxy.port)"])
    let client = try SequenceClient.real(
      "https://api.sequence-mcp.invalid", transport: transport, timeoutMilliseconds: 300)
    let error = try client.triggerSample().error
    #expect(error?.code == "PROXY_ERROR", "\(error as Any)")
    #expect(error?.message.contains("127.0.0.1:\(proxy.port) (set by HTTPS_PROXY)") == true, "\(error as Any)")
  }

  @Test(arguments: [
    ("api.example", "", true), ("api.example", "other.example", true), ("api.example", "api.example", false),
    ("api.example", "example", false), ("api.example", ".example", false), ("api.example", "x, EXAMPLE", false),
    ("api.example", "*", false), ("api.example", "i.example", true), ("api.example", ",", true),
  ])
  func `exceptions are hosts and their domains`(host: String, exceptions: String, isUsed: Bool) throws {
    let settings = ProxySettings(environment: ["HTTPS_PROXY": "proxy:1", "NO_PROXY": exceptions])
    #expect((settings.proxy(for: try ServiceURL("https://" + host)) != nil) == isUsed)
  }

  @Test(arguments: [
    "http://user:not-a-real-secret-3", "user:not/a-real#secret-3@", "http://user:not-a-real-secret-3@pro xy",
    "http://user:not-a-real-secret-3@/",
  ])
  func `an address that cannot be read is not shown`(url: String) throws {
    let settings = ProxySettings(environment: ["HTTPS_PROXY": url])
    let proxy = try #require(settings.proxy(for: try ServiceURL("https://api.example")))
    #expect(proxy.words == "the proxy (set by HTTPS_PROXY)")
  }

  @Test func `a proxy password is not shown`() throws {
    let (error, _, _) = try trigger { _ in ["HTTPS_PROXY": "gopher://user:not-a-real-secret-3@127.0.0.1:1"] }
    #expect(error != nil)
    #expect(!"\(error as Any)".contains("not-a-real-secret-3"))
  }
}
