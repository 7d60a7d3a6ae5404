"""As much of WordPress's REST API as a load asks for, in memory; tests/real/ asks the real one."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from werkzeug import Request, Response

from pipelines.load.posts import META

if TYPE_CHECKING:
    from pytest_httpserver import HTTPServer


class FakeWordPress:
    """`posts`, `media`, `categories` and `users` by id. After `down_after` writes it answers 503; `loses` is dropped from every text."""

    def __init__(self, server: HTTPServer) -> None:
        self.url = server.url_for("/").rstrip("/")
        self.posts: dict[int, dict[str, Any]] = {}
        self.media: dict[int, dict[str, Any]] = {}
        self.categories: dict[int, dict[str, Any]] = {}
        self.users: dict[int, dict[str, Any]] = {1: {"id": 1, "username": "quan-tri"}}
        self.down_after: int | None = None
        self.loses = ""
        self.fields: tuple[str, ...] = META
        self.writes = 0
        self._clock = 0
        server.expect_request("/wp-json/").respond_with_json({"gmt_offset": 7, "timezone_string": "Asia/Ho_Chi_Minh"})
        for name, rows in (("categories", self.categories), ("users", self.users), ("media", self.media)):
            server.expect_request(f"/wp-json/wp/v2/{name}").respond_with_handler(self._simple(name, rows))
        server.expect_request("/wp-json/wp/v2/users/me").respond_with_json({"id": 1})
        server.expect_request("/wp-json/wp/v2/posts").respond_with_handler(self._posts)
        for number in range(1, 100):
            server.expect_request(f"/wp-json/wp/v2/posts/{number}").respond_with_handler(self._post)
            server.expect_request(f"/wp-json/wp/v2/media/{number}").respond_with_handler(self._file)

    def edit(self, number: int, **fields: Any) -> None:
        """As an editor does it."""
        self._write(number, fields)

    def _simple(self, name: str, rows: dict[int, dict[str, Any]]) -> Any:
        def answer(request: Request) -> Response:
            if request.method == "GET":
                return _json([row for row in rows.values() if request.args.get("slug") in (None, row.get("slug"))])
            if self._down():
                return Response(status=503)
            number = len(rows) + 1
            row = {"id": number, **(json.loads(request.data) if name != "media" else {})}
            if name == "media":
                file = request.headers["Content-Disposition"].split('"')[1]
                row |= {"slug": file.rpartition(".")[0], "source_url": f"{self.url}/wp-content/uploads/{file}"}
            rows[number] = row
            return _json(row, 201)

        return answer

    def _posts(self, request: Request) -> Response:
        if request.method == "OPTIONS":
            return _json({"schema": {"properties": {"meta": {"properties": {key: {} for key in self.fields}}}}})
        if request.method == "GET":
            wanted = request.args.get("search", "")
            rows = [one for one in self.posts.values() if one["status"] != "trash" and wanted in one["content"]["raw"]]
            return _json(rows)
        if self._down():
            return Response(status=503)
        number = len(self.posts) + 1
        self.posts[number] = {"id": number, "author": 1, "categories": [], "featured_media": 0, "date_gmt": ""}
        self.posts[number]["meta"] = dict.fromkeys(self.fields, "")
        return _json(self._write(number, json.loads(request.data)), 201)

    def _post(self, request: Request) -> Response:
        number = int(request.path.rpartition("/")[2])
        if number not in self.posts:
            return _json({"code": "rest_post_invalid_id", "message": "Invalid post ID."}, 404)
        if request.method == "DELETE":
            self._write(number, {"status": "trash"})
        elif request.method == "POST":
            if self._down():
                return Response(status=503)
            self._write(number, json.loads(request.data))
        return _json(self.posts[number])

    def _file(self, request: Request) -> Response:
        return _json(self.media.pop(int(request.path.rpartition("/")[2])))

    def _write(self, number: int, fields: dict[str, Any]) -> dict[str, Any]:
        self._clock += 1
        post = self.posts[number]
        for name, value in fields.items():
            if name == "meta":
                post[name] = {**post[name], **{key: one for key, one in value.items() if key in self.fields}}
                continue
            text = name in ("title", "content", "excerpt")
            post[name] = {"raw": value.replace(self.loses, "") if self.loses else value} if text else value
        if post["date_gmt"]:
            post["date"] = (datetime.fromisoformat(post["date_gmt"]) + timedelta(hours=7)).isoformat()
        post["modified_gmt"] = f"2024-01-01T00:00:{self._clock:02d}"
        post["link"] = f"{self.url}/{post['slug']}/"
        return post

    def _down(self) -> bool:
        self.writes += 1
        return self.down_after is not None and self.writes > self.down_after


def _json(data: Any, status: int = 200) -> Response:
    return Response(json.dumps(data), status=status, content_type="application/json")
