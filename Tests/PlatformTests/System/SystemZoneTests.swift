import Testing

@testable import Platform

@Suite struct SystemZoneTests {
  private func fault(_ environment: [String: String], localTime: String = "/") -> SystemZone.Fault? {
    SystemZone.fault(environment: environment, localTime: localTime, directory: "/etc")
  }

  @Test(arguments: [[:], ["TZ": ""], ["TZ": ":"]])
  func `without TZ and without the system's zone, no zone is set`(environment: [String: String]) {
    #expect(fault(environment, localTime: "/nowhere") == .missing)
  }

  @Test(
    arguments: ["Foo/Bar", ":Foo/Bar", "/nowhere/zone", "EST", "12"])
  func `a name that the machine does not have is unknown`(name: String) {
    #expect(fault(["TZ": name]) == .unknown(name.hasPrefix(":") ? String(name.dropFirst()) : name))
  }

  @Test(
    arguments: ["passwd", ":passwd", "/etc/passwd", "UTC", "EST5EDT", "<+0330>-3:30", "CET-1CEST,M3.5.0,M10.5.0/3"])
  func `the system's own zone, a name that it has and a rule are known`(name: String) {
    #expect(fault(["TZ": name]) == nil)
    #expect(fault([:]) == nil)
  }
}
