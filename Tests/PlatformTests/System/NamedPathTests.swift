import Testing

@testable import Platform

/// Paths as written by people and clients.
@Suite struct NamedPathTests {
  @Test(
    arguments: [
      ("", "the path is empty; a variable that it was made from may not be set"),
      ("~/x.yaml", "'~/' needs a home directory, and HOME is not set; write the full path"),
      ("~ann/x.yaml", "only a leading '~/' is expanded; write the full path; it was looked for in /srv"),
      ("c.yaml", "it was looked for in /srv"),
      (
        "$HOME/c.yaml",
        "'$HOME' was not expanded, since clients start programs without a shell; write the full path; it was looked for in /srv"
      ),
      (
        "/home/${USER}/c.yaml",
        "'${USER}' was not expanded, since clients start programs without a shell; write the full path"
      ),
      (
        "%APPDATA%/c.yaml",
        "'%APPDATA%' was not expanded, since clients start programs without a shell; write the full path;"
          + " it was looked for in /srv"
      ),
      (
        "\"/home/ann/c.yaml\"",
        "the quotes are part of the path: clients start programs without a shell; leave them out; it was looked for in /srv"
      ),
      (
        "'c.yaml'",
        "the quotes are part of the path: clients start programs without a shell; leave them out; it was looked for in /srv"
      ),
      (
        #"/home/ann/my\ files/c.yaml"#,
        "the backslashes are part of the path: clients start programs without a shell; leave them out"
      ),
      ("file:///c.yaml", "this is a URL; write the path that follows 'file://'; it was looked for in /srv"),
      (#"C:\Users\ann\c.yaml"#, "this is a Windows path; WSL has the drive C: at /mnt/c; it was looked for in /srv"),
      ("d:/c.yaml", "this is a Windows path; WSL has the drive C: at /mnt/c; it was looked for in /srv"),
      (#"\\host\c.yaml"#, "this is a Windows path; WSL has the drive C: at /mnt/c; it was looked for in /srv"),
      (#"/etc/a\b.yaml"#, "the backslashes are part of the path; write '/' between names"),
      ("/etc/c.yaml ", "the path starts or ends with a space; leave it out"),
      ("/tmp/\u{FFFD}.yaml", "a part of it is not UTF-8, which no path here may be"),
    ])
  func `a path that is not what was meant is described as what it is`(path: String, doubt: String) {
    #expect(NamedPath.doubt(path, workingDirectory: "/srv") == doubt)
  }

  @Test(
    arguments: [
      "/home/ann/c.yaml", "/100% mine/c.yaml", "/a/\"b\"/c", "/50% of a 100%/c", "/a/$/b", "/100%/1%/c", "/a/${/b",
    ])
  func `a full path without such signs raises no doubt`(path: String) {
    #expect(NamedPath.doubt(path, workingDirectory: "/srv") == nil)
  }
}
