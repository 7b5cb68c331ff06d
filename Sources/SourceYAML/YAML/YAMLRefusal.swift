/// Why a file is read no further: a syntax error, or input that is too large, too deep or not text.
struct YAMLRefusal: Error {
  let diagnostic: Diagnostic

  init(_ rule: String, _ message: String, help: String? = nil, at range: SourceRange, in file: SourceFile) {
    diagnostic = Diagnostic(rule: rule, message: message, help: help, file: file.name, range: range)
  }

  init(_ diagnostic: Diagnostic) { self.diagnostic = diagnostic }
}
