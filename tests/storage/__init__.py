"""The keeping: nothing lost, nothing doubled, whatever happens."""
