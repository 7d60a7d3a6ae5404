"""Documents and places in text: what is found is true, and what stands there is found."""
