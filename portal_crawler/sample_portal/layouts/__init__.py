"""The three article page layouts of the sample portal."""
