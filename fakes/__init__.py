"""Stand-ins for Bizzcloud and e-Boekhouden that fit on a laptop."""
