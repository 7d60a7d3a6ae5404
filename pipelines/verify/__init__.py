"""Proof: source = database = target, by content."""
