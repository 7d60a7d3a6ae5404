"""The first schema: runs, captures, articles with their revisions and companions, media, failures, search."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.storage.migrations.registry import MIGRATIONS

if TYPE_CHECKING:
    from sqlite_utils import Database

RUNS = """
CREATE TABLE runs (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  series INTEGER NOT NULL,
  resumes INTEGER REFERENCES runs(id),
  portal TEXT NOT NULL,
  spider TEXT NOT NULL,
  command TEXT NOT NULL,
  arguments TEXT NOT NULL CHECK (json_valid(arguments)),
  host TEXT NOT NULL,
  pid INTEGER NOT NULL,
  started_at TEXT NOT NULL,
  finished_at TEXT,
  verdict TEXT,
  exit_code INTEGER,
  evidence TEXT CHECK (evidence IS NULL OR json_valid(evidence)),
  counts TEXT CHECK (counts IS NULL OR json_valid(counts))
) STRICT;
CREATE INDEX runs_resumes ON runs(resumes);
CREATE INDEX runs_portal ON runs(portal, id)
"""

CAPTURES = """
CREATE TABLE capture_dictionaries (
  id INTEGER PRIMARY KEY,
  portal TEXT NOT NULL,
  dictionary BLOB NOT NULL,
  samples INTEGER NOT NULL,
  created_at TEXT NOT NULL
) STRICT;
CREATE INDEX capture_dictionaries_portal ON capture_dictionaries(portal, id);
CREATE TABLE captures (
  id INTEGER PRIMARY KEY,
  portal TEXT NOT NULL,
  url TEXT NOT NULL,
  requested_url TEXT NOT NULL,
  method TEXT NOT NULL,
  request_body BLOB NOT NULL DEFAULT x'',
  status INTEGER NOT NULL,
  headers TEXT NOT NULL CHECK (json_valid(headers)),
  redirects TEXT NOT NULL CHECK (json_valid(redirects)),
  codec TEXT NOT NULL,
  dictionary_id INTEGER REFERENCES capture_dictionaries(id),
  size INTEGER NOT NULL,
  sha256 TEXT NOT NULL,
  captured_at TEXT NOT NULL,
  origin TEXT NOT NULL CHECK (origin IN ('live', 'folder', 'warc', 'wayback')),
  source TEXT NOT NULL,
  run_id INTEGER NOT NULL REFERENCES runs(id),
  body BLOB NOT NULL
) STRICT;
CREATE INDEX captures_url ON captures(portal, url);
CREATE INDEX captures_run ON captures(run_id);
CREATE INDEX captures_dictionary ON captures(dictionary_id)
"""

ARTICLES = """
CREATE TABLE articles (
  id INTEGER PRIMARY KEY,
  portal TEXT NOT NULL,
  key TEXT NOT NULL,
  uid TEXT NOT NULL UNIQUE,
  url TEXT NOT NULL,
  title TEXT NOT NULL,
  summary TEXT,
  author TEXT,
  category TEXT,
  published_at TEXT,
  updated_at TEXT,
  alternate_url TEXT,
  language TEXT,
  state TEXT NOT NULL CHECK (state IN ('live', 'gone', 'quarantined')),
  origin TEXT NOT NULL CHECK (origin IN ('live', 'folder', 'warc', 'wayback')),
  content_hash TEXT NOT NULL,
  captured_at TEXT NOT NULL,
  first_seen_at TEXT NOT NULL,
  last_seen_at TEXT NOT NULL,
  first_run_id INTEGER NOT NULL REFERENCES runs(id),
  revision_id INTEGER REFERENCES article_revisions(id) DEFERRABLE INITIALLY DEFERRED,
  duplicate_of INTEGER REFERENCES articles(id),
  duplicate_kind TEXT CHECK (duplicate_kind IN ('exact', 'near')),
  similarity REAL,
  UNIQUE (portal, key)
) STRICT;
CREATE INDEX articles_published ON articles(portal, published_at, uid);
CREATE INDEX articles_category ON articles(category);
CREATE INDEX articles_first_run ON articles(first_run_id);
CREATE INDEX articles_revision ON articles(revision_id);
CREATE INDEX articles_duplicate ON articles(duplicate_of);
CREATE TABLE article_sightings (
  id INTEGER PRIMARY KEY,
  article_id INTEGER NOT NULL REFERENCES articles(id),
  ordered_at TEXT NOT NULL,
  seen_at TEXT NOT NULL,
  origin TEXT NOT NULL,
  content_hash TEXT NOT NULL,
  views INTEGER,
  capture_id INTEGER REFERENCES captures(id) ON DELETE SET NULL,
  run_id INTEGER NOT NULL REFERENCES runs(id),
  UNIQUE (article_id, capture_id)
) STRICT;
CREATE INDEX article_sightings_order ON article_sightings(article_id, ordered_at);
CREATE INDEX article_sightings_capture ON article_sightings(capture_id);
CREATE INDEX article_sightings_run ON article_sightings(run_id);
CREATE TABLE article_revisions (
  id INTEGER PRIMARY KEY,
  article_id INTEGER NOT NULL REFERENCES articles(id),
  number INTEGER NOT NULL,
  sighting_id INTEGER NOT NULL REFERENCES article_sightings(id),
  content_hash TEXT NOT NULL,
  captured_at TEXT NOT NULL,
  origin TEXT NOT NULL,
  capture_id INTEGER REFERENCES captures(id) ON DELETE SET NULL,
  run_id INTEGER NOT NULL REFERENCES runs(id),
  url TEXT NOT NULL,
  title TEXT NOT NULL,
  summary TEXT,
  author TEXT,
  category TEXT,
  published_at TEXT,
  updated_at TEXT,
  alternate_url TEXT,
  language TEXT,
  layout TEXT NOT NULL,
  extractor TEXT NOT NULL,
  flags TEXT NOT NULL CHECK (json_valid(flags)),
  images TEXT NOT NULL CHECK (json_valid(images)),
  attachments TEXT NOT NULL CHECK (json_valid(attachments)),
  body_text TEXT NOT NULL,
  body_html TEXT NOT NULL
) STRICT;
CREATE INDEX article_revisions_article ON article_revisions(article_id, number);
CREATE INDEX article_revisions_sighting ON article_revisions(sighting_id);
CREATE INDEX article_revisions_capture ON article_revisions(capture_id);
CREATE INDEX article_revisions_run ON article_revisions(run_id)
"""

COMPANIONS = """
CREATE TABLE article_urls (
  article_id INTEGER NOT NULL REFERENCES articles(id),
  portal TEXT NOT NULL,
  url TEXT NOT NULL,
  first_seen_at TEXT NOT NULL,
  first_run_id INTEGER NOT NULL REFERENCES runs(id),
  PRIMARY KEY (portal, url)
) STRICT, WITHOUT ROWID;
CREATE INDEX article_urls_article ON article_urls(article_id);
CREATE INDEX article_urls_run ON article_urls(first_run_id);
CREATE TABLE article_routes (
  article_id INTEGER NOT NULL REFERENCES articles(id),
  route TEXT NOT NULL,
  seen_in TEXT NOT NULL,
  run_id INTEGER NOT NULL REFERENCES runs(id),
  PRIMARY KEY (article_id, route)
) STRICT, WITHOUT ROWID;
CREATE INDEX article_routes_run ON article_routes(run_id);
CREATE TABLE article_notes (
  revision_id INTEGER NOT NULL REFERENCES article_revisions(id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  field TEXT NOT NULL,
  rule TEXT NOT NULL,
  raw TEXT NOT NULL,
  others TEXT NOT NULL CHECK (json_valid(others)),
  problem TEXT NOT NULL,
  PRIMARY KEY (revision_id, position)
) STRICT, WITHOUT ROWID;
CREATE TABLE article_flags (
  article_id INTEGER NOT NULL REFERENCES articles(id),
  flag TEXT NOT NULL,
  PRIMARY KEY (article_id, flag)
) STRICT, WITHOUT ROWID;
CREATE TABLE media (
  id INTEGER PRIMARY KEY,
  sha256 TEXT NOT NULL UNIQUE,
  path TEXT NOT NULL,
  content_type TEXT NOT NULL,
  size INTEGER NOT NULL,
  width INTEGER,
  height INTEGER,
  stored_at TEXT NOT NULL,
  run_id INTEGER NOT NULL REFERENCES runs(id)
) STRICT;
CREATE INDEX media_run ON media(run_id);
CREATE TABLE article_media (
  article_id INTEGER NOT NULL REFERENCES articles(id),
  kind TEXT NOT NULL CHECK (kind IN ('image', 'attachment')),
  position INTEGER NOT NULL,
  url TEXT NOT NULL,
  role TEXT NOT NULL,
  name TEXT NOT NULL,
  caption TEXT NOT NULL,
  credit TEXT NOT NULL,
  alt TEXT NOT NULL,
  media_id INTEGER REFERENCES media(id),
  PRIMARY KEY (article_id, kind, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX article_media_media ON article_media(media_id);
CREATE INDEX article_media_url ON article_media(url)
"""

REPORTS = """
CREATE TABLE failures (
  id INTEGER PRIMARY KEY,
  portal TEXT NOT NULL,
  url TEXT NOT NULL,
  key TEXT NOT NULL,
  stage TEXT NOT NULL,
  reason TEXT NOT NULL,
  detail TEXT NOT NULL,
  at TEXT NOT NULL,
  run_id INTEGER NOT NULL REFERENCES runs(id),
  capture_id INTEGER REFERENCES captures(id) ON DELETE SET NULL,
  resolved_run_id INTEGER REFERENCES runs(id),
  UNIQUE (run_id, url, stage, reason)
) STRICT;
CREATE INDEX failures_url ON failures(portal, url);
CREATE INDEX failures_key ON failures(portal, key);
CREATE INDEX failures_capture ON failures(capture_id);
CREATE INDEX failures_resolved ON failures(resolved_run_id);
CREATE TABLE findings (
  id INTEGER PRIMARY KEY,
  portal TEXT NOT NULL,
  code TEXT NOT NULL,
  detail TEXT NOT NULL,
  at TEXT NOT NULL,
  run_id INTEGER NOT NULL REFERENCES runs(id),
  article_id INTEGER REFERENCES articles(id)
) STRICT;
CREATE INDEX findings_run ON findings(run_id);
CREATE INDEX findings_article ON findings(article_id)
"""

DUPLICATES = """
CREATE TABLE article_signatures (
  article_id INTEGER PRIMARY KEY REFERENCES articles(id),
  basis TEXT NOT NULL,
  text_hash TEXT
) STRICT;
CREATE INDEX article_signatures_text ON article_signatures(text_hash);
CREATE TABLE text_signatures (
  text_hash TEXT PRIMARY KEY,
  minhash BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE text_bands (
  band INTEGER NOT NULL,
  text_hash TEXT NOT NULL REFERENCES text_signatures(text_hash) ON DELETE CASCADE,
  PRIMARY KEY (band, text_hash)
) STRICT, WITHOUT ROWID;
CREATE INDEX text_bands_text ON text_bands(text_hash);
CREATE TABLE text_similarities (
  text_hash TEXT NOT NULL REFERENCES text_signatures(text_hash) ON DELETE CASCADE,
  other_hash TEXT NOT NULL REFERENCES text_signatures(text_hash) ON DELETE CASCADE,
  similarity REAL NOT NULL,
  PRIMARY KEY (text_hash, other_hash)
) STRICT, WITHOUT ROWID;
CREATE INDEX text_similarities_other ON text_similarities(other_hash)
"""

READING = """
CREATE VIEW view_counts AS
SELECT article_id, seen_at, views, run_id FROM article_sightings WHERE views IS NOT NULL;
CREATE VIEW v_articles AS
SELECT a.id, a.uid, a.portal, a.url, a.title, a.summary, a.author, a.category, a.published_at, a.updated_at,
       r.body_text, r.body_html,
       (SELECT s.views FROM article_sightings s WHERE s.article_id = a.id AND s.views IS NOT NULL
         ORDER BY s.ordered_at DESC, s.id DESC LIMIT 1) AS views,
       a.state, a.duplicate_of, a.first_seen_at, a.last_seen_at, a.captured_at, a.origin, a.content_hash,
       (SELECT d.uid FROM articles d WHERE d.id = a.duplicate_of) AS duplicate_of_uid,
       a.duplicate_kind, a.similarity, a.alternate_url, a.language, a.key,
       (SELECT count(*) FROM article_revisions n WHERE n.article_id = a.id) AS revisions
  FROM articles a JOIN article_revisions r ON r.id = a.revision_id;
CREATE VIEW v_search_text AS
SELECT a.id, a.title, a.summary, r.body_text AS body,
       a.title AS title_folded, a.summary AS summary_folded, r.body_text AS body_folded
  FROM articles a JOIN article_revisions r ON r.id = a.revision_id;
CREATE VIRTUAL TABLE articles_fts USING fts5(
  title, summary, body, title_folded, summary_folded, body_folded,
  content = 'v_search_text', content_rowid = 'id', tokenize = 'unicode61 remove_diacritics 0'
);
INSERT INTO articles_fts (articles_fts, rank) VALUES ('rank', 'bm25(10.0, 4.0, 1.0, 10.0, 4.0, 1.0)');
CREATE TABLE data_dictionary (
  table_name TEXT NOT NULL,
  column_name TEXT NOT NULL,
  english TEXT NOT NULL,
  vietnamese TEXT NOT NULL,
  PRIMARY KEY (table_name, column_name)
) STRICT, WITHOUT ROWID
"""


@MIGRATIONS()
def m001_first(db: Database) -> None:
    """Everything at once: there is nothing to carry over."""
    for part in (RUNS, CAPTURES, ARTICLES, COMPANIONS, REPORTS, DUPLICATES, READING):
        db.executescript(part + ";")
