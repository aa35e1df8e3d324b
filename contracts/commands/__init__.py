"""The commands about recordings and what two of them differ in."""
