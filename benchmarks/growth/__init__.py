"""How the costs of the keeping grow with the number of articles."""
