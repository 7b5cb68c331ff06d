import Platform
import Rules
import SourceYAML

/// A check of a template's placeholders against the declared parameters.
enum TemplateCheck {
  /// Reports the faults that do not depend on the parameters.
  static func checkSyntax(_ draft: RuleDraft, _ context: inout ReadingContext) {
    let names = draft.namedParameters.map(\.name)
    for text in draft.payloadTexts {
      // An invalid parameter name was already reported at its declaration.
      let own = text.faults.filter { fault in
        fault.kind != .syntax || !names.contains { name in fault.unknown.map { name.hasSameBytes(as: $0) } ?? false }
      }
      context.report(own, in: text.source)
    }
  }

  static func check(_ draft: RuleDraft, _ context: inout ReadingContext) {
    // An invalid declaration leaves the parameter's type unknown, and an unreadable one leaves the parameter missing.
    let isDoubtful = context.hasError(in: draft.parameters)
    let isUnread =
      draft.parameters.map { parameters in
        parameters.value?.contains { $0.entry.value == nil } ?? true
          || context.diagnostics.contains { diagnostic in
            diagnostic.id == YAMLFault.nonStringKey.rawValue
              && diagnostic.range.map { parameters.range.start <= $0.start && $0.end <= parameters.range.end } ?? false
          }
      } ?? false
    for text in draft.payloadTexts {
      let faults = text.template.check(draft.rule.parameters).filter { fault in
        switch fault.kind {
        case .filterType, .optionalInText: !isDoubtful
        case .unknownName: !isUnread
        case .unclosed, .empty, .syntax, .unknownFilter: true
        }
      }
      context.report(faults, in: text.source)
    }
    checkSpelling(draft.payloadTexts, draft.rule, &context)
  }

  /// Reports a parameter or a built-in value in the braces of another language, or in none, which is sent as it is.
  private static func checkSpelling(_ texts: [PayloadDraft.Text], _ rule: Rule, _ context: inout ReadingContext) {
    let texts = texts.filter { $0.source.text.utf8.contains { "{<%$".utf8.contains($0) } }
    // The braces of a faulty placeholder were reported.
    let constant = texts.filter { $0.template.isConstant && $0.faults.isEmpty }
    guard !constant.isEmpty else { return }
    let sent = texts.flatMap(\.template.placeholders).map(\.name)
    // With a parameter 'today', `${today}` means that one.
    let builtins = BuiltinValue.allCases.map(\.rawValue).filter { rule.parameters[String($0.dropFirst())] == nil }
    // A name that is none was reported.
    for name in rule.parameters.map(\.name).filter(ParameterNameCheck.isName) + builtins {
      let isBuiltin = builtins.contains(name)
      let isSent = !isBuiltin && sent.contains { $0.hasSameBytes(as: name) }
      let spellings =
        ["{\(name)}", "{ \(name) }", "<\(name)>", "%\(name)%"]
        + (isBuiltin ? ["${\(name.dropFirst())}", "${ \(name.dropFirst()) }"] : ["${\(name)}", "${ \(name) }"])
      // '{{{{' is a literal '{{', and a closing tag makes it HTML.
      for text in constant where !["{{{{", "</"].contains(where: text.source.text.contains) {
        let isBare = isBuiltin && text.source.text.hasSameBytes(as: name)
        guard let spelling = isBare ? name : spellings.last(where: { text.source.text.contains(part: $0) }) else {
          continue
        }
        let isCents = rule.parameters[name]?.type == .money && text.key?.lowercased().contains(part: "cents") ?? false
        context.report(
          .templateSpelling, severity: isSent ? .warning : .error,
          "\(quoted(spelling)) is sent as it is: a placeholder has two braces on each side",
          help: "write \"{{ \(name)\(isCents ? " | cents" : "") }}\"", at: text.source.range)
      }
    }
  }
}

extension DiagnosticKind {
  static let templateUnclosed = template(
    .unclosed, "'{{' without '}}'",
    "A placeholder is written '{{ name }}'. A literal '{{' is written '{{{{'.", "⟦{{⟧ value", good: "{{ value }}")
  static let templateEmpty = template(
    .empty, "a placeholder that names nothing",
    "Between the braces is the name of a parameter, or a built-in value such as $today.", "⟦{{ }}→{{ value }}⟧")
  static let templateSyntax = template(
    .syntax, "something other than a name and filters between the braces",
    "A placeholder is a name, followed by filters after '|'. There are no calculations, paths or conditions.",
    "{{ ⟦value + 1→value⟧ }}")
  static let templateUnknownName = template(
    .unknownName, "a placeholder for a parameter that does not exist",
    "Each placeholder names a parameter of the same rule, or a built-in value: $today, $now, $alias, $uuid.",
    "{{ ⟦vaule→value⟧ }} {{ value }}")
  static let templateUnknownFilter = template(
    .unknownFilter, "a filter that does not exist",
    "The filters are cents and dollars for money, and upper, lower and trim for text.",
    "{{ value | ⟦uper→upper⟧ }}")
  static let templateFilterType = template(
    .filterType, "a filter on a value of the wrong type",
    "The filters cents and dollars take money; upper, lower and trim take strings.", "{{ value | ⟦cents→upper⟧ }}")
  static let templateOptionalInText = DiagnosticKind(
    TemplateFault.Kind.optionalInText.rawValue, .error, "an optional parameter inside a longer text",
    "If a call leaves the argument out, a placeholder that is the whole string is left out with its key; inside a longer text "
      + "there is no sensible value to write. Give it a default, or make it required.",
    example: DiagnosticExample.rule(
      "parameters:\n  note: {type: string, required: false}\npayload:\n  label: \"Note: ⟦{{ note }}⟧\""),
    good: DiagnosticExample.rule(
      "parameters:\n  note: {type: string, default: none}\npayload:\n  label: \"Note: {{ note }}\""))

  static let templateInKey = DiagnosticKind(
    "template-in-key", .warning, "a placeholder in a key of the payload",
    "Only values are templates. A key is sent as it is, with its braces, which no rule in Sequence expects.",
    example: DiagnosticExample.note("⟦\"{{ note }}\"→note⟧: \"{{ note }}\""))

  static let templateSpelling = DiagnosticKind(
    "template-spelling", .error, "a placeholder in the spelling of another language",
    "A placeholder is written '{{ name }}'. Other spellings, such as ${name}, {name}, <name> and %name%, and $now alone, "
      + "are sent as they are; if another text sends the argument, this is only a warning.",
    example: DiagnosticExample.note("note: ⟦\"${note}\"→\"{{ note }}\"⟧"))

  private static func template(
    _ kind: TemplateFault.Kind, _ summary: String, _ explanation: String, _ example: String, good: String? = nil
  ) -> DiagnosticKind {
    func file(_ text: String) -> String {
      DiagnosticExample.rule("parameters:\n  value: {type: string}\npayload:\n  label: \"\(text)\"")
    }
    return DiagnosticKind(kind.rawValue, .error, summary, explanation, example: file(example), good: good.map(file))
  }
}
