"""`manage.py import_portal FOLDER`: takes an export in, again and again."""

from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from portal_import.importer import Importer


class Command(BaseCommand):
    """The command; everything it does is in importer.py."""

    help = "Imports the articles of an export of portal-crawler; run it again after each new export."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The arguments of the command."""
        parser.add_argument("folder", type=Path, help="The folder that holds articles.jsonl.")
        parser.add_argument("--index", default="tin-tuc", help="Slug of the page under which the articles stand.")
        parser.add_argument(
            "--overwrite", action="store_true", help="Also overwrite pages that were edited in Wagtail."
        )

    def handle(self, *_args: object, **options: object) -> None:
        """Import, and say what was done; conflicts end the command with an error."""
        folder = Path(str(options["folder"]))
        if not (folder / "articles.jsonl").is_file():
            raise CommandError(f"{folder}: holds no articles.jsonl; name the folder of the export")
        importer = Importer(folder, str(options["index"]), bool(options["overwrite"]))
        importer.run()
        for name, count in sorted(importer.counts.items()):
            self.stdout.write(f"{name}: {count}")
        for conflict in importer.conflicts:
            self.stderr.write(conflict)
        if importer.conflicts:
            raise CommandError(f"{len(importer.conflicts)} pages were kept as edited; see above, or use --overwrite")
