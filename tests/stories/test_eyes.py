"""The eyes of the stories see: each planted fault of a page is found, and a plain page is clean."""

import pytest

from tests.stories.eyes import Eyes

PLAIN = "<!doctype html><html lang=ja><head><title>x</title></head><body><main><h1>x</h1>{}</main></body></html>"
FAULTS = {
    "": "",
    "image-alt": "<img src=/static/built/common/mark.svg>",
    "color-contrast": "<p class=pale>pale words</p><link rel=stylesheet href=/pale.css>",
    "wider than the screen": "<p class=wide>x</p><link rel=stylesheet href=/pale.css>",
    "script-src": "<script>window.ran = true</script>",
    "style-src": "<p style='color: blue'>x</p>",
    "console: broken": "<script src=/broken.js></script>",
    "dialog: boo": "<script src=/boo.js></script>",
    "script error": "<script src=/thrown.js></script>",
}
FILES = {
    "/pale.css": ("text/css", ".pale { color: #ccc } .wide { width: 2000px }"),
    "/broken.js": ("text/javascript", "console.error('broken')"),
    "/boo.js": ("text/javascript", "alert('boo')"),
    "/thrown.js": ("text/javascript", "throw new Error('thrown')"),
}
HERE = "http://machikado.test"
CSP = {"content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'"}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_seen(fault: str, new_page, axe_faults):
    eyes, first = Eyes(axe_faults), new_page()
    eyes.watch(first.context)
    page = first.context.new_page()
    for path, (kind, body) in FILES.items():
        page.route(f"{HERE}{path}", lambda route, kind=kind, body=body: route.fulfill(content_type=kind, body=body))
    page.route("**/mark.svg", lambda route: route.fulfill(content_type="image/svg+xml", body="<svg/>"))
    html = PLAIN.format(FAULTS[fault])
    page.route(f"{HERE}/", lambda route: route.fulfill(content_type="text/html; charset=utf-8", headers=CSP, body=html))
    page.goto(f"{HERE}/")
    found = eyes.look(page)
    assert any(fault in each for each in found) if fault else found == []
