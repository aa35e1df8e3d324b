"""The coupling's edge: the only modules that touch a wire or a disk."""
