import CSystem
import Platform
import Rules
import Secrets
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
  let request = APIRequest(
    .remote, .get, try ServiceURL("http://127.0.0.1:1"), path: "/", credentialHeader: "authorization", version: "1")
  do throws(HTTPTransportError) {
    _ = try CurlTransport(environment: [:]).perform(
      HTTPRequest(request, Secret("not-a-real-secret-1"), timeoutMilliseconds: 1000)
    ) { false }
  } catch {
    print(error.kind, getenv("SSLKEYLOGFILE").map { String(cString: $0) } ?? "unset")
  }
default: exit(2)
}
