"""A GitHub of a few objects that can be made to misbehave: real HTTP on loopback, every answer as the vendor writes it."""

import gzip
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

Json = dict[str, Any]
TOKEN = "ghp_invented"
ADA: Json = {"login": "ada-t", "id": 7, "type": "User", "avatar_url": "https://avatars.example/7"}
BOT: Json = {"login": "renovate[bot]", "id": 9, "type": "Bot"}


@dataclass(frozen=True)
class Answer:
    """One answer, as bytes."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    cut: bool = False


def answer(body: object, status: int = 200, **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status, json.dumps(body).encode(), named)


def refusal(status: int, message: str, **headers: str) -> Answer:
    body = {"message": message, "documentation_url": "https://docs.example", "status": str(status)}
    return answer(body, status, **headers)


@dataclass
class Fault:
    """What happens to the requests whose path holds a text, so many times."""

    path: str
    make: Callable[["Site", str], Answer | None]
    times: int = 1
    struck: int = 0


@dataclass
class Site:
    """Objects by path; lists are paged by `Link`, newest first as they stand."""

    objects: dict[str, Json] = field(default_factory=dict)
    lists: dict[str, list[Json]] = field(default_factory=dict)
    moved: dict[str, str] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    address: str = ""
    page_size: int = 100

    def fail(self, path: str, make: Callable[["Site", str], Answer | None], times: int = 1) -> None:
        self.faults.append(Fault(path, make, times))

    def reply(self, target: str, headers: dict[str, str]) -> Answer:
        path = urlsplit(target).path
        self.calls.append(target)
        self.headers.append(headers)
        if not headers.get("User-Agent"):
            return refusal(403, "Request forbidden by administrative rules.")
        for fault in self.faults:
            if fault.path in target and fault.struck < fault.times:
                fault.struck += 1
                found = fault.make(self, target)
                if found is not None:
                    return found
        if headers.get("Authorization") != f"Bearer {TOKEN}":
            return refusal(401, "Bad credentials")
        for old, new in self.moved.items():
            if path == old or path.startswith(old + "/"):
                return refusal(
                    301, "Moved Permanently", Location=self.address + new + target[len(old) :]
                )
        if path in self.objects:
            return answer(self.objects[path])
        if path in self.lists:
            return self._page(target, path)
        return refusal(404, "Not Found")

    def _page(self, target: str, path: str) -> Answer:
        query = {name: values[0] for name, values in parse_qs(urlsplit(target).query).items()}
        rows = self.lists[path]
        if "created" in query:
            first, last = query["created"].split("..")
            rows = [one for one in rows if first <= one["created_at"] <= last]
        if "since" in query and "updated_at" in (rows[0] if rows else {}):
            rows = [one for one in rows if one["updated_at"] >= query["since"]]
        total, number = len(rows), int(query.get("page", "1"))
        if "created" in query:
            rows = rows[:1000]
        size = min(self.page_size, int(query.get("per_page", "30")))
        page = rows[(number - 1) * size : number * size]
        links = {}
        if number * size < len(rows):
            rest = "&".join(f"{k}={v}" for k, v in query.items() if k != "page")
            links["Link"] = (
                f'<{self.address}{path}?{rest}&page={number + 1}>; rel="next",'
                f' <{self.address}{path}?{rest}&page=9>; rel="last"'
            )
        if path.endswith("/actions/runs"):
            return answer({"total_count": total, "workflow_runs": page}, 200, **links)
        return answer(page, 200, **links)


@contextmanager
def served(site: Site) -> Iterator[Site]:
    """Serve a site on loopback."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        wbufsize = 65536  # head and body in one packet: else each waits for the other to be acknowledged, 40 ms long

        def do_GET(self) -> None:
            found = site.reply(self.path, dict(self.headers.items()))
            self.send_response(found.status)
            for name, value in found.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(found.body) + (100 if found.cut else 0)))
            self.end_headers()
            self.wfile.write(found.body)
            if found.cut:
                self.close_connection = True

        def handle(self) -> None:
            # A program that is killed leaves its connection as it is.
            with suppress(ConnectionError):
                super().handle()

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    site.address = f"http://127.0.0.1:{server.server_port}"
    try:
        yield site
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def commit(sha: str, message: str = "feat: x", date: str = "2026-06-01T08:58:00Z") -> Json:
    who = {"name": "Ada", "email": "ada@corp.example", "date": date}
    return {
        "sha": sha,
        "commit": {"author": who, "committer": who, "message": message},
        "author": ADA,
        "committer": {"login": "web-flow", "id": 19, "type": "User"},
        "parents": [{"sha": "000111"}],
    }


def pull(number: int, updated: str, **more: object) -> Json:
    return {
        "id": 3000 + number,
        "number": number,
        "state": "closed",
        "title": f"feat: {number}",
        "body": "SECRET BODY",
        "user": ADA,
        "labels": [{"name": "claude-code-assisted"}],
        "draft": False,
        "created_at": "2026-05-30T08:00:00Z",
        "updated_at": updated,
        "closed_at": updated,
        "merged_at": updated,
        "merge_commit_sha": f"d4{number}",
        "head": {"ref": "x", "sha": f"c{number}", "repo": {"id": 1}, "user": ADA},
        "base": {"ref": "main", "sha": "b2", "repo": {"id": 1, "full_name": "o/r"}},
        "author_association": "MEMBER",
        **more,
    }


def run(number: int, attempt: int = 1, **more: object) -> Json:
    return {
        "id": number,
        "name": "deploy",
        "path": ".github/workflows/deploy.yml",
        "head_branch": "main",
        "head_sha": "a1b2c3",
        "run_number": 77,
        "run_attempt": attempt,
        "event": "push",
        "status": "completed",
        "conclusion": "success",
        "workflow_id": 11,
        "pull_requests": [],
        "created_at": "2026-06-01T10:00:00Z",
        "updated_at": "2026-06-02T08:30:00Z",
        "run_started_at": "2026-06-02T08:20:00Z",
        "actor": ADA,
        "triggering_actor": ADA,
        **more,
    }


def company(site: Site, repository: int = 1, name: str = "o/r", n_pulls: int = 5) -> None:
    """Fill a site with one repository that has something of everything."""
    at = f"/repositories/{repository}"
    stamps = {"created_at": "2026-06-02T09:00:00Z", "updated_at": "2026-06-02T09:00:00Z"}
    site.objects[f"/repos/{name}"] = {
        "id": repository,
        "full_name": name,
        "default_branch": "main",
        "archived": False,
        "fork": False,
        "private": True,
        "created_at": "2025-01-01T00:00:00Z",
    }
    site.lists[f"{at}/pulls"] = [
        pull(number, f"2026-06-{number % 20 + 2:02}T09:00:00Z") for number in range(1, n_pulls + 1)
    ]
    site.lists[f"{at}/pulls"].sort(key=lambda one: str(one["updated_at"]), reverse=True)
    for number in range(1, n_pulls + 1):
        site.lists[f"{at}/pulls/{number}/commits"] = [commit(f"c{number}")]
        site.lists[f"{at}/pulls/{number}/reviews"] = [
            {
                "id": 600 + number,
                "user": None,
                "body": "SECRET BODY",
                "state": "APPROVED",
                "submitted_at": "2026-06-01T10:00:00Z",
                "commit_id": f"c{number}",
            }
        ]
    comment = {"user": ADA, "body": "SECRET BODY", **stamps}
    site.lists[f"{at}/issues/comments"] = [
        comment
        | {"id": 1, "html_url": "https://g.example/o/r/pull/1#c1", "issue_url": f"{at}/issues/1"},
        comment
        | {"id": 2, "html_url": "https://g.example/o/r/issues/9#c2", "issue_url": f"{at}/issues/9"},
    ]
    site.lists[f"{at}/pulls/comments"] = [comment | {"id": 3, "pull_request_url": f"{at}/pulls/2"}]
    site.lists[f"{at}/issues/events"] = [
        {"id": 12, "event": "labeled", "actor": None, "commit_id": None, "created_at": "2026-06-02T09:00:00Z",
         "label": {"name": "bug", "color": "f00"}, "issue": {"number": 2, "pull_request": {"url": "x"}, "body": "SECRET BODY"}},
        {"id": 11, "event": "closed", "actor": ADA, "commit_id": "d41", "created_at": "2026-06-01T09:00:00Z",
         "issue": {"number": 9}},
    ]  # fmt: skip
    deployment = {"sha": "a1b2c3", "ref": "main", "task": "deploy", "environment": "production", "creator": BOT,
                  "original_environment": "production", "description": "SECRET BODY", **stamps}  # fmt: skip
    site.lists[f"{at}/deployments"] = [
        deployment | {"id": 502, "payload": {"service": "billing"}, "production_environment": True},
        deployment | {"id": 501, "payload": "a text"},
    ]
    for number in (501, 502):
        site.lists[f"{at}/deployments/{number}/statuses"] = [
            {
                "id": number * 10 + 1,
                "state": "inactive",
                "environment": "production",
                "creator": None,
                **stamps,
            },
            {
                "id": number * 10,
                "state": "success",
                "environment": "production",
                "creator": BOT,
                **stamps,
            },
        ]
    site.lists[f"{at}/actions/runs"] = [
        run(9002, conclusion=""),
        run(9001, 3),
        run(9000, conclusion=None, status="in_progress"),
    ]
    for attempt in (1, 2):
        site.objects[f"{at}/actions/runs/9001/attempts/{attempt}"] = run(
            9001, attempt, conclusion="failure"
        )
    site.lists[f"{at}/releases"] = [
        {"id": 71, "tag_name": "v1.2.0", "target_commitish": "main", "name": "1.2.0", "body": "SECRET BODY", "draft": True,
         "prerelease": False, "created_at": "2026-06-01T09:00:00Z", "published_at": None, "author": ADA}
    ]  # fmt: skip
    message = 'Revert "feat: x"\n\nThis reverts commit d41aaaa.\n\nCo-Authored-By: Claude <noreply@anthropic.com>\n'
    site.lists[f"{at}/commits"] = [commit("f1", message), commit("d41") | {"author": None}]


def teams(site: Site) -> None:
    site.lists["/orgs/o/teams"] = [{"slug": "payments", "name": "Payments", "id": 1}]
    site.lists["/orgs/o/teams/payments/members"] = [ADA, BOT]


def zipped(_: Site, __: str) -> Answer:
    """A body that says it is packed and is damaged."""
    return Answer(200, gzip.compress(b"[]")[:-6] + b"xxxxxx", {"Content-Encoding": "gzip"})
