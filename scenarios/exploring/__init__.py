"""Makes up histories, judges them by a model of its own, and writes one that fails."""
