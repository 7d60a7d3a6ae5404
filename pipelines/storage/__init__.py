"""The database: schema and migrations, the one writer, readers, search, captures."""
