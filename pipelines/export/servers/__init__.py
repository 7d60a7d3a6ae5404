"""Redirect maps for web servers: one file a server."""
