import Platform
import Testing

@Suite struct ServiceURLTests {
  @Test(arguments: [
    ("https://api.getsequence.io", "https://api.getsequence.io", false),
    ("HTTPS://API.GetSequence.IO/", "https://api.getsequence.io", false),
    ("https://api.getsequence.io:8443/v1//", "https://api.getsequence.io:8443/v1", false),
    ("https://a/b/../c%20d", "https://a/b/../c%20d", false),
    ("http://127.0.0.1:8080", "http://127.0.0.1:8080", true),
    ("http://127.255.3.4", "http://127.255.3.4", true),
    ("http://[::1]:9/x", "http://[::1]:9/x", true),
    ("http://LOCALHOST", "http://localhost", true),
    ("https://[2001:DB8::7]", "https://[2001:db8::7]", false),
    ("https://10.0.0.1", "https://10.0.0.1", false),
    ("https://a:443/x", "https://a/x", false),
    ("https://a:0443", "https://a", false),
    ("https://a:80", "https://a:80", false),
    ("http://[::1]:80", "http://[::1]", true),
    ("http://localhost:443", "http://localhost:443", true),
  ])
  func `a good URL is read and written plainly`(text: String, plain: String, isLoopback: Bool) throws {
    let url = try ServiceURL(text)
    #expect(url.text == plain)
    #expect(url.isLoopback == isLoopback)
  }

  @Test(arguments: [
    ("http://api.getsequence.io", ServiceURLFault.plainHTTP(host: "api.getsequence.io")),
    ("http://127.0.0.1.evil.com", .plainHTTP(host: "127.0.0.1.evil.com")),
    ("http://localhost.evil.com", .plainHTTP(host: "localhost.evil.com")),
    ("http://128.0.0.1", .plainHTTP(host: "128.0.0.1")),
    ("http://0.0.0.0", .plainHTTP(host: "0.0.0.0")),
    ("http://[::2]", .plainHTTP(host: "::2")),
    ("http://[::ffff:127.0.0.1]", .plainHTTP(host: "::ffff:127.0.0.1")),
    ("http://localhost@evil.com", .userInformation),
    ("http://127.0.0.1:80@evil.com/", .userInformation),
    ("https://user:not-a-real-secret-1@api.getsequence.io", .userInformation),
    ("https://user:not-a-real-secret-1@api.getsequence.io?x", .userInformation),
    ("https://user:not-a-real-secret-1@api.getsequence.io#x", .userInformation),
    ("http://127.1", .badHost),
    ("http://2130706433", .badHost),
    ("http://0x7f000001", .badHost),
    ("http://0177.0.0.1", .badHost),
    ("http://localhost.", .badHost),
    ("https://", .badHost),
    ("https:///path", .badHost),
    ("https://a..b", .badHost),
    ("https://[::1", .badHost),
    ("https://[::1%25lo]", .badHost),
    ("https://::1", .badHost),
    ("https://a%2eb", .badHost),
    ("https://a:0", .badPort),
    ("https://a:65536", .badPort),
    ("https://a:", .badPort),
    ("https://a:+1", .badPort),
    ("https://[::1]x:1", .badHost),
    ("https://a/?x=1", .queryOrFragment),
    ("https://a#b", .queryOrFragment),
    ("http://127.0.0.1\\@evil.com", .forbiddenCharacter),
    ("https://a b", .forbiddenCharacter),
    ("https://a\r\nX: y", .forbiddenCharacter),
    ("https://bücher.example", .forbiddenCharacter),
    ("ftp://a", .notHTTPS),
    ("api.getsequence.io", .notHTTPS),
    ("", .notHTTPS),
  ])
  func `a trick is refused with its reason`(text: String, fault: ServiceURLFault) {
    #expect(throws: fault) { try ServiceURL(text) }
  }
}
