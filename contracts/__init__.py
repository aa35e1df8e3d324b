"""What each service promises, checked against a fake, a recording or the real thing."""
