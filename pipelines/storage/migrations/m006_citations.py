"""Documents that articles cite, and the places and offices they name, each with its span in the text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.storage.migrations.registry import MIGRATIONS

if TYPE_CHECKING:
    from sqlite_utils import Database

CIVIC = """
CREATE TABLE civic_readings (
  revision_id INTEGER PRIMARY KEY REFERENCES article_revisions(id) ON DELETE CASCADE,
  basis TEXT NOT NULL,
  rules TEXT NOT NULL
) STRICT;
CREATE TABLE cited_documents (
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,
  symbol TEXT NOT NULL,
  issuer TEXT NOT NULL,
  issued_by TEXT NOT NULL,
  date TEXT NOT NULL,
  year TEXT NOT NULL,
  UNIQUE (kind, symbol, year, date, issued_by)
) STRICT;
CREATE INDEX cited_documents_symbol ON cited_documents(symbol);
CREATE TABLE document_citations (
  revision_id INTEGER NOT NULL REFERENCES article_revisions(id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  document_id INTEGER NOT NULL REFERENCES cited_documents(id),
  field TEXT NOT NULL CHECK (field IN ('title', 'body_text')),
  span_start INTEGER NOT NULL,
  span_end INTEGER NOT NULL,
  number TEXT NOT NULL,
  written TEXT NOT NULL,
  PRIMARY KEY (revision_id, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX document_citations_document ON document_citations(document_id);
CREATE TABLE places (
  id INTEGER PRIMARY KEY,
  level TEXT NOT NULL CHECK (level IN ('province', 'district', 'commune')),
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  full_name TEXT NOT NULL,
  code TEXT NOT NULL,
  parent_id INTEGER REFERENCES places(id),
  valid_from TEXT NOT NULL,
  valid_to TEXT NOT NULL,
  UNIQUE (full_name, code, valid_from)
) STRICT;
CREATE INDEX places_parent ON places(parent_id);
CREATE TABLE place_successors (
  place_id INTEGER NOT NULL REFERENCES places(id),
  successor_id INTEGER NOT NULL REFERENCES places(id),
  PRIMARY KEY (place_id, successor_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX place_successors_successor ON place_successors(successor_id);
CREATE TABLE article_places (
  revision_id INTEGER NOT NULL REFERENCES article_revisions(id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  field TEXT NOT NULL CHECK (field IN ('title', 'body_text')),
  span_start INTEGER NOT NULL,
  span_end INTEGER NOT NULL,
  written TEXT NOT NULL,
  role TEXT NOT NULL CHECK (role IN ('place', 'office', 'issuer')),
  office TEXT NOT NULL,
  place_id INTEGER REFERENCES places(id),
  resolved_by TEXT NOT NULL CHECK (resolved_by IN ('chain', 'context', 'home', 'unique', 'ambiguous')),
  candidates TEXT NOT NULL CHECK (json_valid(candidates)),
  PRIMARY KEY (revision_id, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX article_places_place ON article_places(place_id);
CREATE VIEW v_citations AS
SELECT a.id AS article_id, a.uid, a.portal, a.title, a.published_at, d.id AS document_id, d.kind, d.symbol, d.issuer,
       d.issued_by, d.date, d.year, c.field, c.span_start, c.span_end, c.written
  FROM articles a JOIN document_citations c ON c.revision_id = a.revision_id
  JOIN cited_documents d ON d.id = c.document_id;
CREATE VIEW v_article_places AS
SELECT a.id AS article_id, a.uid, a.portal, a.title, a.published_at, m.role, m.office, p.id AS place_id, p.level,
       p.full_name AS place, p.valid_to, m.resolved_by, m.candidates, m.field, m.span_start, m.span_end, m.written,
       (SELECT group_concat(full_name, '; ') FROM (SELECT s.full_name FROM place_successors n JOIN places s ON s.id = n.successor_id
         WHERE n.place_id = p.id ORDER BY s.full_name)) AS successors
  FROM articles a JOIN article_places m ON m.revision_id = a.revision_id
  LEFT JOIN places p ON p.id = m.place_id
"""


@MIGRATIONS()
def m006_citations(db: Database) -> None:
    """New tables and views only; the next run reads the articles that are there."""
    db.executescript(CIVIC + ";")
