"""Commands of the portal import."""
