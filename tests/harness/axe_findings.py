"""What axe-core finds serious on a page as it is."""

from playwright.sync_api import Page

from harness import ROOT

_RUN = """async () => {
  const { violations } = await axe.run(document, { resultTypes: ["violations"] });
  return violations.filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id} at ${target}: ${failureSummary}`));
}"""


def serious_findings(page: Page) -> list[str]:
    """Return the violations that axe calls serious or critical."""
    page.evaluate((ROOT / "tests" / "vendor" / "axe.min.js").read_text(encoding="utf-8"))
    found: list[str] = page.evaluate(_RUN)
    return found
