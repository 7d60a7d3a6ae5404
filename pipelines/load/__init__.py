"""Loading straight into a running CMS, kept in step by a ledger: what was sent, what came of it, what may be undone."""
