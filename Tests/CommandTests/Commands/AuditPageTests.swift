import Config
import Foundation
import JSON
import Sandbox
import TestSupport
import Testing

/// `audit --format html`: one page that loads nothing.
@Suite(.waiting) struct AuditPageTests {
  /// Returns a stage whose ledger contains accepted, rejected, unknown and refused calls, with texts that try to break out of
  /// the page.
  private func stage() throws -> Stage {
    let stage = try Stage(rule: ["limits: {per_day: 100.00}"], top: "limits: {calls_per_day: 10}")
    stage.sandbox.script([.wellBehaved, .status(400)])
    for amount in ["25", "30", "90"] {
      _ = try stage.program.run(["call", "savings", "amount=" + amount, "--config", "config.yaml"])
    }
    // The ledger as if Sequence had answered with this text.
    let path = "state/sequence-mcp/ledger.jsonl"
    let hostile = #"</td><script>console.error('ran')</script><img src=x onerror=console.error(1)>&amp;"#
    let text = try stage.program.text(path).replacing("The sandbox was told to answer 400", with: hostile)
    try stage.program.write(text, to: path)
    return stage
  }

  private func page(_ stage: Stage) throws -> String {
    let result = try stage.program.run(["audit", "--format", "html", "--config", "config.yaml"])
    #expect(result.exitCode == 0, "\(result.errorOutput)")
    return result.output
  }

  @Test func `it has limits, days and calls, but no script and no links`() throws {
    let stage = try stage()
    let page = try page(stage)
    #expect(page.hasPrefix("<!DOCTYPE html>"))
    #expect(page.contains("<b>savings</b> per_day: $25.00 used, $75.00 left of $100.00"))
    #expect(page.contains("style=\"width:25%\"") && page.contains("<h2>Calls by day</h2>"))
    #expect(page.contains("<td>$90.00<td>refused<td>LIMIT_PER_DAY"))
    #expect(page.contains("&lt;/td&gt;&lt;script&gt;") && page.contains("&amp;amp;"))
    for part in ["<script", "<img", "http:", "https:", "url(", "@import", "onerror=console.error(1)>"] {
      #expect(!page.contains(part), "\(part)")
    }
  }

  @Test func `ten thousand calls make a page of less than three megabytes`() throws {
    let stage = try stage()
    try stage.writeLedger(calls: 10_000)
    let page = try page(stage)
    #expect(page.utf8.count < 3_000_000, "\(page.utf8.count)")
    #expect(page.components(separatedBy: "<tr class=accepted").count == 10_001)
  }

  #if os(Linux)
    @Test(
      .enabled(if: Browser.path != nil, "Chromium is not installed"),
      arguments: [("light", 1200), ("dark", 390)])
    func `a browser shows it without a word on its console`(scheme: String, width: Int) throws {
      let stage = try stage()
      try stage.program.write(try page(stage), to: "calls.html")
      let shown = try Browser.open("calls.html", in: stage.program, isDark: scheme == "dark", width: width)
      #expect(shown.console == [], "\(shown.console)")
      // The texts are on the page, as text.
      #expect(shown.document.contains("&lt;script&gt;console.error('ran')&lt;/script&gt;"))
      #expect(!shown.document.contains("<script") && !shown.document.contains("<img"))
      #expect(shown.picture.starts(with: [0x89, 0x50, 0x4E, 0x47]))
      // No content is wider than the screen: the page would be drawn wider.
      #expect(shown.scrollWidth <= width, "\(shown.scrollWidth)")
    }
  #endif
}

#if os(Linux)
  /// Chromium in headless mode.
  enum Browser {
    /// The result of opening a page.
    struct Shown {
      /// The document as the browser parsed it.
      let document: String
      let console: [String]
      let picture: Data
      let scrollWidth: Int
    }

    /// nil if none is installed.
    static let path = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"]
      .first(where: FileManager.default.isExecutableFile)

    /// Opens a file of the home directory in a frame of that width.
    static func open(_ file: String, in program: Program, isDark: Bool, width: Int) throws -> Shown {
      // Windows are at least 500 pixels wide, so the page is opened in a frame as wide as a phone.
      let page = try program.text(file)
      let frame = """
        <!DOCTYPE html><meta charset="utf-8"><style>body{margin:0}iframe{border:0;width:\(width)px;height:3000px}</style>
        <iframe id="f" srcdoc="\(page.replacing("&", with: "&amp;").replacing("\"", with: "&quot;"))"></iframe>
        <script>addEventListener('load', () => { document.title = 'width ' + \
        document.getElementById('f').contentDocument.documentElement.scrollWidth })</script>
        """
      try program.write(frame, to: "frame.html")
      let dark = isDark ? ["--blink-settings=preferredColorScheme=0"] : ["--blink-settings=preferredColorScheme=1"]
      let shown = try run(
        ["--dump-dom", "--screenshot=page.png", "--window-size=\(max(width, 500)),1200"] + dark, file, program)
      let framed = try run(["--dump-dom"] + dark, "frame.html", program)
      let title = framed.output.firstMatch(of: /<title>width (\d+)<\/title>/)
      let console = [shown, framed].flatMap { $0.errorOutput.split(separator: "\n") }.filter {
        $0.contains("CONSOLE")
      }
      return Shown(
        document: shown.output, console: console.map(String.init),
        picture: try Data(contentsOf: program.home.appendingPathComponent("page.png")),
        scrollWidth: title.flatMap { Int($0.1) } ?? .max)
    }

    private static func run(_ options: [String], _ file: String, _ program: Program) throws -> (
      output: String, errorOutput: String
    ) {
      let process = Process()
      process.executableURL = URL(fileURLWithPath: path ?? "/usr/bin/chromium")
      process.arguments =
        [
          "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--enable-logging=stderr", "--v=0",
          "--user-data-dir=\(program.home.path)/profile", "--disable-dev-shm-usage",
        ] + options + ["file://\(program.home.path)/\(file)"]
      process.currentDirectoryURL = program.home
      process.environment = ["HOME": program.home.path, "PATH": "/usr/bin:/bin"]
      try program.write("", to: "browser.out")
      try program.write("", to: "browser.err")
      let output = try FileHandle(forWritingTo: program.home.appendingPathComponent("browser.out"))
      let errorOutput = try FileHandle(forWritingTo: program.home.appendingPathComponent("browser.err"))
      process.standardOutput = output
      process.standardError = errorOutput
      try process.run()
      process.waitUntilExit()
      return (try program.text("browser.out"), try program.text("browser.err"))
    }
  }
#endif

extension Stage {
  /// Writes a ledger with that many accepted calls of `savings` in recent days.
  func writeLedger(calls: Int) throws {
    let now = Int64(Date().timeIntervalSince1970 * 1000)
    var text = #"{"type":"ledger","version":1,"created":"2026-01-01T00:00:00.000Z","rotate_at":1073741824}"# + "\n"
    func hex(_ number: Int, _ count: Int) -> String {
      let digits = String(number, radix: 16)
      return String(repeating: "0", count: count - digits.count) + digits
    }
    for number in 1...calls {
      let time = Date(timeIntervalSince1970: Double(now - Int64(calls - number) * 20_000) / 1000)
        .formatted(.iso8601.year().month().day().dateSeparator(.dash).time(includingFractionalSeconds: true))
      let id = hex(number, 16)
      text +=
        #"""
        {"type":"intent","id":"\#(id)","time":"\#(time)Z","server":"00000000000000ff","tool":"savings","api":"remote",\#
        "rule_id":"ru_savings","amount_cents":100,"idempotency_key":"key-\#(id)-0000-4000",\#
        "identity":"\#(hex(number, 32))","client":{"name":"Claude Code"},"consent":"none","arguments":{"amount":1},\#
        "payload":{"amountInCents":100},"payload_sha256":"0"}
        """#
        + "\n"
      text +=
        #"""
        {"type":"outcome","intent":"\#(id)","time":"\#(time)Z","status":"accepted","code":"SUCCESS","message":"The rule \#
        was triggered","status_code":200,"request_id":"req_\#(id)"}
        """#
        + "\n"
    }
    try program.write(text, to: "state/sequence-mcp/ledger.jsonl")
  }
}
