"""Measurements of the program against others and against itself; nothing here is shipped or imported by the packages."""
