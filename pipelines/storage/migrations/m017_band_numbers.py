"""Bands name their text by a number, and are found again from its sketch: a sixth of the bytes in a large portal's index."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.storage.migrations.registry import MIGRATIONS

if TYPE_CHECKING:
    from sqlite_utils import Database

NUMBERS = """
ALTER TABLE text_signatures ADD COLUMN number INTEGER;
UPDATE text_signatures SET number = n.number
  FROM (SELECT text_hash, row_number() OVER (ORDER BY text_hash) AS number FROM text_signatures) n
 WHERE n.text_hash = text_signatures.text_hash;
CREATE UNIQUE INDEX text_signatures_number ON text_signatures(number);
CREATE TABLE numbered_bands (
  band INTEGER NOT NULL,
  number INTEGER NOT NULL,
  PRIMARY KEY (band, number)
) STRICT, WITHOUT ROWID;
INSERT INTO numbered_bands (band, number)
  SELECT b.band, s.number FROM text_bands b JOIN text_signatures s ON s.text_hash = b.text_hash ORDER BY 1, 2;
DROP TABLE text_bands;
ALTER TABLE numbered_bands RENAME TO text_bands
"""


@MIGRATIONS()
def m017_band_numbers(db: Database) -> None:
    """The same bands of the same texts; nothing is compared anew.

    No foreign key: its index would double what twenty rows a text cost to write and to check, and who deletes a text
    knows its bands (pipelines.dedupe.bands_of).
    """
    db.executescript(NUMBERS + ";")
