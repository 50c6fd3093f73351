"""The command line of the tools: options, parser, log lines, help."""
