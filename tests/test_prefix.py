"""A blog below a path: nothing leads outside."""

import html
import re
from io import BytesIO

import pytest

from flaskr import create_app

from .conftest import PASSWORD
from .conftest import resume
from .test_images import picture

SITE = "https://example.com/blog"


class Server:
    """Adds what a server or a proxy makes of a request for a path below /blog."""

    def __init__(self, app, how):
        self.app, self.how = app, how

    def __call__(self, environ, start_response):
        path = environ["PATH_INFO"]
        assert path == "/blog" or path.startswith("/blog/"), f"{path} is outside"
        environ["wsgi.url_scheme"] = "https"
        environ["HTTP_HOST"] = "example.com"

        if self.how != "all of the path":
            environ["PATH_INFO"] = path.removeprefix("/blog")

        if "flag" in self.how:
            environ["SCRIPT_NAME"] = "/blog"

        return self.app(environ, start_response)


HOW = ["all of the path", "the rest of the path", "the server's flag"]


@pytest.fixture(params=[*HOW, "the flag and the setting"])
def blog(request, create_ready_app, empty_database):
    site = None if request.param == "the server's flag" else SITE
    app = create_ready_app(empty_database, {"TESTING": True, "SITE_URL": site})
    app.wsgi_app = Server(app.wsgi_app, request.param)
    yield app
    app.extensions["flaskr.db"].shutdown()


def links(response):
    found = re.findall(r'(?:href|src|action|srcset|content)="([^"]*)"', response.text)
    return [part for value in found for part in html.unescape(value).split(", ")]


def is_inside(link):
    return link.startswith(("/blog/", f"{SITE}/", "#")) or not re.match(
        "/|https:", link
    )


def log_in(blog):
    client = blog.test_client()
    data = {"username": "alice", "password": PASSWORD}
    client.post("/blog/auth/register", data=data)
    assert client.post("/blog/auth/login", data=data).location == "/blog/"
    return client


PAGES = [
    *("/", "/1-title", "/tags", "/tag/tea", "/archive", "/author/alice", "/1/update"),
    *("/search?q=text", "/account/", "/account/images", "/account/about", "/1/comment"),
    *("/account/likes", "/feed.atom", "/feed.rss", "/sitemap.xml", "/robots.txt"),
    *("/nothing", "/auth/login", "/create", "/comments/feed.atom", "/feed.json"),
    *("/feed.html", "/author/alice/feed.html", "/1/comments/feed.html"),
]


def test_nothing_leads_outside(blog):
    client = log_in(blog)
    data = {"image": (BytesIO(picture(2000, 20)), "x.png")}
    answer = client.post(
        "/blog/account/images", data=data, headers={"Accept": "application/json"}
    )
    image = answer.json["markdown"]
    # In the text, an image is where it is wherever the blog is.
    assert image.startswith("![](/image/")
    body = f"{image} text"
    data = {"title": "Title", "body": body, "tags": "tea"}
    assert client.post("/blog/create", data=data).location == "/blog/1-title"
    client.post("/blog/1/comment", data={"comment": f"see {image}"})
    client.post("/blog/1/like")

    for reader in (client, blog.test_client()):
        for path in PAGES:
            response = reader.get(f"/blog{path}")
            assert response.status_code < 400 or path == "/nothing", path
            outside = [link for link in links(response) if not is_inside(link)]
            assert not outside, path
            assert "/blog/blog" not in response.text, path
            location = response.location or "/blog/"
            assert is_inside(location), path

    shown = [link.split()[0] for link in links(client.get("/blog/1-title"))]
    images = {link for link in shown if "/image/" in link}
    assert len(images) == 4

    for link in images:
        path = link.removeprefix("https://example.com")
        assert client.get(path).mimetype == "image/png"

    assert "/blog/image/" in blog.test_client().get("/blog/feed.atom").text
    assert client.get("/blog/1").location == "/blog/1-title"


def test_logging_in_leads_back_inside(blog):
    log_in(blog)
    client = blog.test_client()
    assert client.get("/blog/account/about").location == "/blog/auth/login"
    data = {"username": "alice", "password": PASSWORD}
    response = client.post("/blog/auth/login", data=data)
    assert response.location == "/blog/account/about"


def test_a_form_that_gives_a_text_back_posts_inside(blog):
    log_in(blog)
    client = blog.test_client()
    text = {"title": "Title", "body": "My text."}
    response = client.post("/blog/create", data=text)
    response = resume(client, response, "alice")
    assert 'action="/blog/create"' in response.text
    assert client.post("/blog/create", data=text).location == "/blog/1-title"


def test_the_language_that_is_chosen_leads_back_inside(blog):
    client = blog.test_client()
    link = re.search(
        r'href="(/blog/language/zh-Hans[^"]*)"', client.get("/blog/tags").text
    )
    assert client.get(html.unescape(link[1])).location == "/blog/tags"

    for page in (
        "/tags",
        "/blog",
        "/blogs/tags",
        "//evil.example/blog/",
        "/blog//evil",
    ):
        response = client.get("/blog/language/en", query_string={"page": page})
        assert response.location == "/blog/", page


def test_cookies_belong_to_the_path(blog):
    data = {"username": "alice", "password": PASSWORD}
    client = log_in(blog)
    answers = [
        client.post("/blog/auth/login", data=data),
        client.get("/blog/language/en"),
        client.post("/blog/auth/logout"),
    ]
    cookies = [c for answer in answers for c in answer.headers.getlist("Set-Cookie")]
    paths = [re.search("Path=([^;]*)", cookie)[1] for cookie in cookies]
    assert paths == ["/blog/auth/login", "/blog", "/blog", "/blog"]


def test_an_old_cookie_of_the_whole_host_keeps_nobody_from_logging_in(blog):
    name = blog.config["SESSION_COOKIE_NAME"]
    client = log_in(blog)
    old = client.get_cookie(name, path="/blog").value
    client.post("/blog/auth/logout")
    new = log_in(blog).get_cookie(name, path="/blog").value
    reader = blog.test_client(use_cookies=False)

    # Browsers send that of the longer path first.
    for cookies, status in (
        (f"{name}={new}; {name}={old}", 200),
        (f"{name}={old}", 302),
    ):
        page = reader.get("/blog/account/", headers={"Cookie": cookies})
        assert page.status_code == status


def test_the_session_belongs_to_the_path(create_ready_app, empty_database):
    app = create_ready_app(empty_database, {"TESTING": True, "SITE_URL": SITE})
    assert app.config["SESSION_COOKIE_NAME"] == "__Secure-flaskr"
    assert app.config["SESSION_COOKIE_PATH"] == "/blog"


def test_a_form_of_the_same_host_is_no_other_sites(create_ready_app, empty_database):
    app = create_ready_app(empty_database, {"TESTING": True, "SITE_URL": SITE})
    data = {"username": "alice", "password": PASSWORD}

    for origin, status in (("https://example.com", 302), ("https://other.com", 403)):
        response = app.test_client().post(
            "/blog/auth/register",
            data=data,
            base_url="https://example.com",
            headers={"Origin": origin},
        )
        assert response.status_code == status


@pytest.mark.parametrize("path", ["/a b", "/a?b", "/a#b", "/<x>", "/a//b", "/ä"])
def test_a_path_that_is_none_is_refused(instance, path):
    with pytest.raises(SystemExit, match="https://example.com/blog"):
        create_app({"TESTING": True, "SITE_URL": f"https://example.com{path}"})
