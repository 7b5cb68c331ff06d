print("sequence-mcp")
