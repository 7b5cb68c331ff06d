extension TemplateString {
  /// The mistakes that show only beside the declared parameters: unknown names and filters, filters on the wrong type,
  /// optional parameters inside a longer string.
  package func check(_ parameters: [Parameter]) -> [TemplateFault] {
    var faults: [TemplateFault] = []
    forEachPlaceholder { check($0, parameters, &faults) }
    return faults
  }

  private func check(_ placeholder: Placeholder, _ parameters: [Parameter], _ faults: inout [TemplateFault]) {
    var type: ParameterType?
    if BuiltinValue(name: placeholder.name) != nil {
      type = .string
    } else if let index = parameters.index(of: placeholder.name) {
      type = parameters[index].type
      if segments.count > 1, !parameters[index].isRequired, parameters[index].defaultValue == nil {
        faults.append(
          TemplateFault(
            .optionalInText, "'\(placeholder.name)' is optional and has no default, so this text may lack it",
            help: "give it a default, make it required, or let the placeholder be the whole string",
            range: placeholder.range))
      }
    } else {
      faults.append(unknownName(placeholder, parameters))
    }
    checkFilters(placeholder, type, &faults)
  }

  private func unknownName(_ placeholder: Placeholder, _ parameters: [Parameter]) -> TemplateFault {
    let isBuiltin = placeholder.name.utf8.first == UInt8(ascii: "$")
    let builtins = BuiltinValue.allCases.map(\.rawValue)
    let names = parameters.map(\.name)
    let help =
      isBuiltin
      ? "the built-in values are \(builtins.joined(separator: ", "))"
      : names.isEmpty
        ? "this rule declares no parameters; declare it under 'parameters'"
        : "the parameters are \(names.prefix(20).joined(separator: ", "))"
    return TemplateFault(
      .unknownName, "unknown \(isBuiltin ? "built-in value" : "parameter") '\(placeholder.name)'", help: help,
      range: placeholder.parts[0].range, unknown: placeholder.name, candidates: isBuiltin ? builtins : names + builtins)
  }

  /// - Parameter type: of the value before the first filter; nil where its name is unknown.
  private func checkFilters(_ placeholder: Placeholder, _ type: ParameterType?, _ faults: inout [TemplateFault]) {
    var type = type
    for part in placeholder.filters {
      let (name, range) = (part.text, part.range)
      guard let filter = TemplateFilter.named(name) else {
        type = nil
        let names = TemplateFilter.all.map(\.name)
        faults.append(
          TemplateFault(
            .unknownFilter, "unknown filter '\(name)'", help: "the filters are \(names.joined(separator: ", "))",
            range: range, unknown: name, candidates: names))
        continue
      }
      if let type, type != filter.input {
        faults.append(
          TemplateFault(
            .filterType, "the filter '\(name)' takes \(filter.input.rawValue), not \(type.rawValue)",
            help: TemplateFilter.help(for: type), range: range))
      }
      type = filter.output
    }
  }
}

extension TemplateFilter {
  /// Which filters a value of that type may go through.
  fileprivate static func help(for type: ParameterType) -> String {
    let names = all.filter { $0.input == type }.map(\.name)
    return names.isEmpty
      ? "no filter takes \(type.rawValue)" : "for \(type.rawValue) there is \(names.joined(separator: ", "))"
  }
}
