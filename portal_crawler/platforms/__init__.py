"""Code that is true of every portal of one platform."""
