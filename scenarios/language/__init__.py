"""What a story can say: its values, its givens, its steps and what it expects."""
