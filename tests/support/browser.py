"""A real browser: Chromium as the machine has it, or as Debian's package, driven by playwright."""

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Request, expect, sync_playwright

from lapor_launcher.servers import debian
from tests.support.until import until

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

#: No sandbox, because tests may run as root in a container; and no word to anybody but the page's own host.
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="module")
def browser(pytestconfig: pytest.Config) -> Iterator[Browser]:
    """The browser; each test opens a context of its own."""
    executable = _find() or _install(pytestconfig)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        yield started
        started.close()


def _find() -> str | None:
    given = os.environ.get("CHROMIUM")
    return given or next(filter(None, map(shutil.which, NAMES)), None)


def _install(pytestconfig: pytest.Config) -> str:
    if debian.can_install():
        debian.install("chromium", pytestconfig.get_terminal_writer().line)
    found = _find()
    if found is None:
        pytest.fail("there is no Chromium: install one, or name it in CHROMIUM", pytrace=False)
    return found


#: What no page may have: fields without a label, and anything that makes it wider than the phone.
_UNLABELLED = """[...document.querySelectorAll("input:not([type=hidden]), select, textarea")]
    .filter(field => !field.labels.length).map(field => field.name)"""
_TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


class Visitor:
    """Somebody with a phone; what their browser asks of others, or complains of, is noted."""

    def __init__(self, page: Page, home: str) -> None:
        self.page = page
        self.troubles: list[str] = []
        self._home = home
        page.on("request", self._note_request)
        page.on("console", self._note_complaint)
        page.on("pageerror", lambda error: self.troubles.append(str(error)))

    def go(self, path: str) -> None:
        """Type an address."""
        self.page.goto(self._home + path)
        self.look()

    def press(self, button: str) -> None:
        """Press a button, and wait for the page that comes."""
        with self.next_page():
            self.page.get_by_role("button", name=_beginning(button)).click()

    @contextmanager
    def next_page(self) -> Iterator[None]:
        """Wait for the page that comes of it; a form may be sent by the browser, or by a script of ours."""
        self.page.evaluate("document.querySelector('main').dataset.left = true")
        yield
        expect(self.page.locator("main:not([data-left])")).to_have_count(1, timeout=30_000)
        self.page.wait_for_load_state()
        self.look()

    def follow(self, link: str) -> None:
        """Follow a link."""
        with self.page.expect_navigation():
            self.page.get_by_role("link", name=_beginning(link)).click()
        self.look()

    def field(self, label: str) -> Locator:
        """The field with this label; its English stands behind."""
        return self.page.get_by_label(_beginning(label))

    def fill(self, **fields: str) -> None:
        """Fill in fields by their labels."""
        for label, text in fields.items():
            self.field(label.replace("_", " ")).fill(text)

    def unfold(self, heading: str) -> None:
        """Open what lies folded up under this heading."""
        self.page.locator("summary", has_text=heading).click()

    def reads(self, words: str) -> None:
        """The page says so."""
        expect(self.page.locator("main")).to_contain_text(words)

    def reloads_until(self, locator: Locator) -> Locator:
        """Look again until it is there: what others did arrives a moment later."""
        until(lambda: locator.count() or not self.page.reload())
        return locator

    def look(self) -> None:
        """Is this page usable?"""
        if unlabelled := self.page.evaluate(_UNLABELLED):
            self.troubles.append(f"{self.page.url}: without a label: {unlabelled}")
        if wider := self.page.evaluate(_TOO_WIDE):
            self.troubles.append(f"{self.page.url}: {wider} pixels too wide")

    def _note_request(self, request: Request) -> None:
        if not request.url.startswith(self._home):
            self.troubles.append(f"asked elsewhere: {request.url}")

    def _note_complaint(self, message: ConsoleMessage) -> None:
        # A form that comes back with 422 is a page like any other, whatever the browser thinks of its status.
        of_the_page = message.location["url"] == self.page.url and "status of 4" in message.text
        if message.type in ("error", "warning") and not of_the_page:
            self.troubles.append(message.text)


@contextmanager
def visitor(browser: Browser, home: str, *, scripts: bool = True, width: int = 360) -> Iterator[Visitor]:
    """A phone with nothing in its memory; fails at the end if there was any trouble."""
    context = browser.new_context(viewport={"width": width, "height": 640}, java_script_enabled=scripts, locale="id-ID")
    try:
        someone = Visitor(context.new_page(), home)
        yield someone
        assert not someone.troubles, "\n".join(someone.troubles)
    finally:
        context.close()


def _beginning(text: str) -> re.Pattern[str]:
    return re.compile(rf"^\s*{re.escape(text)}(\s|$)")
