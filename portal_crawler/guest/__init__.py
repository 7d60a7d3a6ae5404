"""Extraction as a guest: in child processes with a deadline, so that no page can hang or kill a crawl."""
