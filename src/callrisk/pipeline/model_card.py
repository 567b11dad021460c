"""The model card: what a model is for and not for, whom it knows, what it can and cannot do."""

from callrisk.charts.skill import BASELINES, BLOCKS, progress_name
from callrisk.domain.assessment import RiskCategory
from callrisk.domain.features import Group
from callrisk.domain.wording import CATEGORY, Text
from callrisk.pipeline.facts import VERDICT, VERDICT_MEANING, facts_of
from callrisk.pipeline.results import Results
from callrisk.pipeline.templates import rendered


def model_card(results: Results) -> str:
    """The card as Markdown, Japanese first, each part with its English."""
    found = results.evaluation
    return rendered(
        "model_card.md.j2",
        version=results.model.version,
        demo=results.model.demo,
        verdict=VERDICT[found.verdict],
        meaning=VERDICT_MEANING[found.verdict],
        facts=facts_of(results),
        baselines=[(_baseline(name), value) for name, value in found.baselines.items()],
        blocks=[(BLOCKS[Group(name)], value) for name, value in found.block_skill.items()],
        progress=[(progress_name(cut), value) for cut, value in found.by_progress.items()],
        bands=[(CATEGORY[RiskCategory(band.category)], band) for band in found.bands],
        features=results.customers.features,
    )


def _baseline(name: str) -> Text:
    return BASELINES.get(name, Text(name, name))
