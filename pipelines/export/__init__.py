"""Exporters: one file a target, found through entry points like those of anybody else."""
