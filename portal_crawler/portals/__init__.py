"""Profiles: what is true of one portal only, as TOML."""
