"""What e-Boekhouden promises."""
