"""Plan and connection brought together: one association and what is sent over it, outcomes, exit codes."""
