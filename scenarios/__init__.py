"""The story language, its runner, and the command that users type."""
