"""Scores what extraction reads against what a person wrote down."""
