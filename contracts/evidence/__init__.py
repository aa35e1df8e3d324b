"""How each behaviour of the two services is known."""
