/// Every subcommand, in the order of the help. To add one, create its file and add a line here.
enum Subcommands {
  static let all: [any Subcommand.Type] = [
    ServeCommand.self,
    ValidateConfigCommand.self,
    ToolsCommand.self,
    RenderCommand.self,
    CallCommand.self,
    StatusCommand.self,
    PauseCommand.self,
    ResumeCommand.self,
    ApproveCommand.self,
    SettleCommand.self,
    AuditCommand.self,
    SchemaCommand.self,
    ExplainCommand.self,
    SandboxCommand.self,
    DemoCommand.self,
    ClientConfigCommand.self,
    CompletionsCommand.self,
    SetupCommand.self,
    InitCommand.self,
    RuleCommand.self,
    SecretCommand.self,
    DoctorCommand.self,
  ]

  static func named(_ name: String) -> (any Subcommand.Type)? { all.first { $0.name == name } }
}
