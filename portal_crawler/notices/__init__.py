"""Tells people when a portal needs them: once when something begins to be wrong, once when it is well again."""
