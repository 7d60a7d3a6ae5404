"""The quality gate: every corpus at hand read by us and by others, compared with pinned floors; docs/quality.md tells of it."""
