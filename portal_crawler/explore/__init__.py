"""The analysts' page: Datasette on the reading database, with ready questions, charts and articles that read like articles."""
