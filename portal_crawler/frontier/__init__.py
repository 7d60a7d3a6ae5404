"""The request queue that survives any death of the process."""
