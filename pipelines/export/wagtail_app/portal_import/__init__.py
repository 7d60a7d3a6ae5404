"""A Wagtail app for the articles of an exported portal: page types, sections, and the command that fills them."""
