"""What a browser has to read before a call stands there."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from harness.live_server import LiveServer

pytestmark = pytest.mark.browser

Open = Callable[..., Page]
# Characters as they are, and packed as they are sent; a font of our own is no part of either.
MOST_BYTES, MOST_SENT_BYTES = 400_000, 200_000
# The document and its files, until the first call stands there or to the end.
WEIGHT = """(untilFirstCall) => {
  const [later] = performance.getEntriesByName("later");
  const until = untilFirstCall ? later.startTime : Infinity;
  const files = performance.getEntriesByType("resource")
    .filter(({ startTime }) => startTime < until)
    .filter(({ name }) => !name.match(/\\/api\\/|\\/socket\\.io|woff2/));
  const all = [...performance.getEntriesByType("navigation"), ...files];
  const sum = (field) => all.reduce((before, entry) => before + entry[field], 0);
  return [all.length, sum("decodedBodySize"), sum("encodedBodySize")];
}"""


@pytest.mark.parametrize("locale", ["ja-JP", "en-GB"])
def test_the_page_stays_light(open_page: Open, server: LiveServer, call: str, locale: str) -> None:
    """400 kB with the texts of one language until a call stands there; packed 200 kB in all."""
    page = open_page(f"{server.url}#call={call}", locale=locale)
    expect(page.get_by_test_id("call-title")).not_to_be_empty()
    page.wait_for_function("() => performance.getEntriesByName('later').length > 0")
    page.wait_for_load_state("networkidle")
    files, first, _ = page.evaluate(WEIGHT, True)
    all_files, everything, sent = page.evaluate(WEIGHT, False)
    print(f"{locale}: {files} files, {first} bytes; in all {all_files}, {everything}, sent {sent}")

    assert 60 < files < all_files
    assert 300_000 < first < MOST_BYTES
    assert sent < MOST_SENT_BYTES
