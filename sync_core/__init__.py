"""The coupling: reads Bizzcloud, writes e-Boekhouden, remembers what it promised."""
