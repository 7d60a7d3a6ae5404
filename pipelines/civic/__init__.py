"""Reads documents and places out of an article's text; rules and names are data, what is not sure is not a row."""
