"""The contract suite: each promise of a service tried on a target, and what came of it told."""
