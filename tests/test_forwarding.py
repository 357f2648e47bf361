"""``check --url`` finds out whom the blog believes: its proxy, and no stranger."""

import json
from types import SimpleNamespace

import pytest
from werkzeug.test import EnvironBuilder
from werkzeug.test import run_wsgi_app

from flaskr import create_app
from flaskr.web import forwarding_check
from flaskr.web import proxy_check
from flaskr.web import seen
from flaskr.web.asking import Answer

SITE = "https://blog.example"
CLIENT = "203.0.113.7"
PROXY = "10.0.0.9"


def pass_all(headers):
    """A proxy that knows nothing of its duties."""
    return dict(headers)


@pytest.fixture
def net(monkeypatch, create_ready_app, people):
    """What stands between ``check`` and a blog with some settings: ``net.client``,
    ``net.proxy`` (or ``None``) with what it makes of headers, ``net.host`` that it says
    and ``net.port`` that the server tells."""
    net = SimpleNamespace(client=CLIENT, proxy=PROXY, host=None, port="6000")
    net.answers = {}

    def behave(headers):
        """As README has it."""
        before = headers.get("X-Forwarded-For")
        addresses = f"{before}, {net.client}" if before else net.client
        forwarded = {"X-Forwarded-For": addresses, "X-Forwarded-Proto": "https"}
        return {**headers, **forwarded}

    def ask(parts, path, headers=None):
        if path in net.answers:
            return net.answers[path]

        sent = headers or {}
        sent = sent if net.proxy is None else net.headers(sent)
        environ = EnvironBuilder(
            path,
            f"{parts.scheme}://{net.host or parts.netloc}",
            headers=sent,
        ).get_environ()
        environ["REMOTE_ADDR"] = net.client if net.proxy is None else net.proxy
        environ["REMOTE_PORT"] = "5000" if net.proxy is None else net.port
        # Between the two, nothing is encrypted.
        environ["wsgi.url_scheme"] = "http"
        body, status, sent = run_wsgi_app(net.app.wsgi_app, environ, True)
        names = {name.lower() for name, _ in sent}
        text = b"".join(body).decode()
        return Answer(int(status[:3]), names, text, (net.client, 5000))

    def start(**settings):
        settings = {"TESTING": True, "SITE_URL": SITE, **settings}
        net.app = create_ready_app(people()[0], settings)

    net.behave = net.headers = behave
    net.start = start
    monkeypatch.setattr(proxy_check, "ask", ask)
    monkeypatch.setattr(proxy_check, "announce", lambda parts, size: 100)
    monkeypatch.setattr(forwarding_check, "ask", ask)
    return net


def check(net, url=SITE):
    """What it finds of the proxy, as ``(state, sentence, advice)``."""
    result = net.app.test_cli_runner().invoke(args=["check", "--json", "--url", url])
    assert "Traceback" not in result.output
    found = json.loads(result.stdout)
    assert result.exit_code == (not found["ok"])
    return [
        (each["state"], each["found"], each["do"])
        for each in found["checks"]
        if each["name"] == "proxy"
    ]


def find(found, sentence):
    """The one finding that has some words."""
    (one,) = [each for each in found if sentence in each[1]]
    return one


def list_problems(found):
    return [each for each in found if each[0] in ("wrong", "warning")]


def test_a_proxy_that_is_trusted_and_replaces_headers_is_right(net):
    net.start(TRUSTED_PROXIES=[PROXY])
    found = check(net)
    assert not list_problems(found)
    assert find(found, f"The proxy at {PROXY} says that {CLIENT} asks.")
    lies = "X-Forwarded-For, X-Forwarded-Proto, X-Forwarded-Host."
    assert find(found, f"Strangers are not believed: {lies}")


def test_a_proxy_behind_a_socket_is_right(net):
    net.proxy = ""
    net.start(TRUSTED_PROXIES=["unix"])
    found = check(net)
    assert not list_problems(found)
    assert find(found, "The proxy at unix says")


@pytest.mark.parametrize("peer", [PROXY, "", "127.0.0.1", "198.51.100.7"])
def test_a_proxy_that_is_not_trusted_is_told(net, peer):
    net.proxy = peer
    net.start()
    state, sentence, advice = find(check(net), "share its limits")
    assert state == "wrong"
    assert f"come from {peer or 'unix'}" in sentence
    assert f'TRUSTED_PROXIES = ["{peer or "unix"}"]' in advice


def test_a_proxy_on_this_machine_is_told_though_waitress_hides_its_headers(net):
    net.client, net.proxy, net.headers = (
        "127.0.0.1",
        "127.0.0.1",
        lambda headers: {
            name: value for name, value in headers.items() if name == seen.HEADER
        },
    )
    net.start()
    assert find(check(net), "share its limits")[0] == "wrong"


def test_a_proxy_that_passes_what_strangers_send_is_told(net):
    net.headers = pass_all
    net.start(TRUSTED_PROXIES=[PROXY])
    found = check(net)
    assert find(found, "does not say who asks")[0] == "wrong"
    wrong = find(found, "as X-Forwarded-For is believed")
    assert wrong[0] == "wrong"
    assert "proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;" in wrong[2]
    wrong = find(found, "as X-Forwarded-Proto is believed")
    assert "proxy_set_header X-Forwarded-Proto $scheme;" in wrong[2]
    assert not [each for each in found if "X-Forwarded-Host is" in each[1]]


def test_a_host_that_a_stranger_chooses_is_told(net):
    net.start(TRUSTED_PROXIES=[PROXY], SITE_URL=None)

    def obey(headers):
        net.host = headers.get("X-Forwarded-Host")
        return net.behave(headers)

    net.headers = obey
    assert find(check(net), "as X-Forwarded-Host is believed")[0] == "wrong"


def test_a_host_that_the_proxy_changes_is_told(net):
    net.host = "127.0.0.1:8080"
    net.start(TRUSTED_PROXIES=[PROXY], SITE_URL=None)
    state, sentence, advice = find(check(net), "the proxy says 127.0.0.1:8080")
    assert (state, advice) == ("warning", "In nginx: proxy_set_header Host $http_host;")


@pytest.mark.parametrize("host", ["blog.example", "BLOG.example:443"])
def test_a_host_may_be_written_in_two_ways(net, host):
    net.host = host
    net.start(TRUSTED_PROXIES=[PROXY], SITE_URL=None)
    assert not [each for each in check(net) if "the proxy says" in each[1]]


@pytest.mark.parametrize(("proxy", "wide"), [(PROXY, CLIENT), (None, "198.51.100.8")])
def test_whoever_is_trusted_as_a_proxy_and_is_none_is_told(net, proxy, wide):
    net.proxy = proxy
    net.start(TRUSTED_PROXIES=[PROXY, f"{wide.rpartition('.')[0]}.0/24"])
    found = check(net)

    if proxy:
        assert find(found, f"TRUSTED_PROXIES names {CLIENT}")[0] == "wrong"
        # That would say nothing.
        assert find(found, "not believed: X-Forwarded-Proto, X-Forwarded-Host.")
    else:
        assert find(found, f"No proxy stands in front; this comes from {CLIENT}.")
        assert find(found, "not believed: X-Forwarded-For, X-Forwarded-Proto")


def test_what_this_machine_can_not_find_out_is_not_checked(net):
    net.client = net.proxy = "127.0.0.1"
    net.start(TRUSTED_PROXIES=["127.0.0.1"])
    found = check(net)
    assert not list_problems(found)
    assert find(found, "this machine is one")[0] == "not checked"


@pytest.mark.parametrize("port", ["5000", ""])
def test_the_server_itself_does_not_tell_what_a_proxy_does(net, port):
    net.client = net.proxy = "127.0.0.1"
    net.port, net.headers = port, pass_all
    net.start(TRUSTED_PROXIES=["127.0.0.1"])
    found = check(net)
    assert not list_problems(found)
    state, _, advice = find(found, "through no proxy")
    assert state == "not checked"
    assert "--url https://" in advice


@pytest.mark.parametrize(
    "text", ["ok\n", "{}", "[]", '{"address": 7}', "[[", "5", "null", "\0"]
)
def test_another_blog_tells_nothing(net, text):
    net.start(TRUSTED_PROXIES=[PROXY])
    net.answers["/healthz"] = Answer(200, set(), text, (CLIENT, 5000))
    state, sentence, advice = find(check(net), "/healthz answers 200")
    assert state == "not checked"
    assert "SECRET_KEY" in advice


def test_an_answer_with_values_of_other_kinds_tells_nothing():
    values = dict.fromkeys(seen.Seen._fields, "x")
    assert seen.read(json.dumps(values)) is None


def test_a_proxy_that_breaks_off_tells_nothing(net, monkeypatch):
    def fail(*args):
        raise TimeoutError("timed out")

    net.start()
    monkeypatch.setattr(forwarding_check, "ask", fail)
    assert find(check(net), "Whom the blog believes: timed out")[0] == "not checked"


def test_an_address_that_is_not_the_blogs_is_told(net):
    net.start(TRUSTED_PROXIES=[PROXY])
    state, sentence, advice = find(check(net, "https://other.example"), "SITE_URL is")
    assert state == "warning"
    assert "https://other.example is asked" in sentence
    # As its host is refused, so is the rest.
    assert find(check(net, "https://other.example"), "answers 400 to /hello")
    assert not list_problems(check(net, f"{SITE.upper()}/"))


def ask_health(app, token, method="GET"):
    environ = EnvironBuilder(
        "/healthz", method=method, headers={seen.HEADER: token}
    ).get_environ()
    environ["REMOTE_ADDR"] = CLIENT
    body, _, headers = run_wsgi_app(app.wsgi_app, environ, True)
    return b"".join(body).decode(), headers


def test_nobody_is_told_who_has_not_the_key(net, monkeypatch, instance):
    net.start()

    with net.app.app_context():
        token = seen.make_token()

    text, headers = ask_health(net.app, token)
    assert seen.read(text).address == CLIENT
    assert headers["Content-Type"] == "application/json"
    assert headers["Cache-Control"] == "no-store"
    assert ask_health(net.app, token, "HEAD")[0] == ""
    assert ask_health(net.app, token, "POST")[0] == "Use GET.\n"

    for bad in ("", "x", token[:-1], f"{token}x", "é"):
        assert ask_health(net.app, bad)[0] == "ok\n"

    other = create_app({"TESTING": True, "SECRET_KEY": "another key of some length"})
    assert ask_health(other, token)[0] == "ok\n"
    # What was seen on its way is of no use later.
    monkeypatch.setattr(seen, "GOOD_FOR", -1)
    assert ask_health(net.app, token)[0] == "ok\n"
