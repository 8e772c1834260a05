"""Nobody but the page itself can speak to its server."""

import pytest
from websockets.exceptions import InvalidStatus

from tests.page.conftest import Page


def test_the_page_is_for_those_who_have_its_token(page: Page) -> None:
    assert page.get(f"/?token={page.token}").status == 200
    for path in ["/", "/?token=", "/?token=guess", "/?token=%ff", "/docs", "/ask", "/file"]:
        assert page.get(path).status == 403
    refused = page.get("/").body.decode()
    assert "open the address that `uat page` printed" in refused
    assert page.token not in refused


def test_a_name_that_was_made_to_point_here_is_refused(page: Page) -> None:
    for host in ["evil.example", f"evil.example:{page.host.split(':')[1]}", "", "127.0.0.1"]:
        assert page.get(f"/?token={page.token}", Host=host).status == 403


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "https://127.0.0.1"])
def test_another_page_is_refused_though_it_knows_the_token(page: Page, origin: str) -> None:
    assert page.get(f"/?token={page.token}", Origin=origin).status == 403
    assert page.send("POST", f"/file?token={page.token}", "{}", Origin=origin).status == 403
    with pytest.raises(InvalidStatus, match="403"):
        page.talk(origin=origin)


def test_no_socket_opens_without_the_token_or_an_origin(page: Page) -> None:
    for token, headers in [("", {}), ("guess", {}), (page.token, {"origin": None})]:
        with pytest.raises(InvalidStatus, match="403"):
            page.talk(token, **headers)


def test_a_download_needs_an_origin(page: Page) -> None:
    assert page.send("POST", f"/file?token={page.token}", "{}").status == 403


def test_every_answer_allows_nothing_foreign(page: Page) -> None:
    for path in [f"/?token={page.token}", "/", "/web/main.js", "/web/colours.css", "/web/none.js"]:
        headers = page.get(path).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "script-src 'self';" in policy
        assert "unsafe" not in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize(
    "path", ["../server.py", "%2e%2e/server.py", "..%2fserver.py", "/etc/passwd"]
)
def test_no_file_outside_the_folder_of_the_page_is_read(page: Page, path: str) -> None:
    assert page.get(f"/web/{path}").status in (403, 404)


def test_nothing_can_be_written(page: Page) -> None:
    origin = f"http://{page.host}"
    for method in ["PUT", "DELETE", "PATCH", "POST"]:
        assert page.send(method, f"/?token={page.token}", Origin=origin).status == 405
