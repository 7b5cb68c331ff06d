import CSystem
import Platform
import SequenceAPI

// Changes the environment, which is safe only if no other thread reads it, and prints the effect. Exit tests could do the same, but
// after the first one, swift-testing keeps a processor busy while any other child of the tests has ended and is not yet reaped.
//
// probe local-time ZONE MILLISECONDS... [ZONE MILLISECONDS...]...: the local date and time of each instant, one per line.
// probe key-log: the value of SSLKEYLOGFILE once the process has begun as the program does and libcurl is loaded.
switch CommandLine.arguments.dropFirst().first {
case "local-time":
  for word in CommandLine.arguments.dropFirst(2) {
    if let instant = Int64(word) {
      print(Timestamp.localDate(milliseconds: instant), Timestamp.localTime(milliseconds: instant))
    } else {
      setenv("TZ", word, 1)
    }
  }
case "key-log":
  setenv("SSLKEYLOGFILE", "/nowhere/keys", 1)
  ProcessHardening.begin()
  let request = HTTPRequest(
    service: try ServiceURL("http://127.0.0.1:1"), path: "/", headers: [], body: nil, timeoutMilliseconds: 1000)
  do throws(HTTPTransportError) {
    _ = try CurlTransport(environment: [:]).perform(request) { false }
  } catch {
    print(error.kind, getenv("SSLKEYLOGFILE").map { String(cString: $0) } ?? "unset")
  }
default: exit(2)
}
