"""The planted risk is known, as strong as was requested, and can be heard in the calls."""

from dataclasses import replace

import numpy as np
import pytest

from callrisk.sample import SampleError, generate
from callrisk.sample.export.phone_calls import CallGenerator
from callrisk.sample.population import draw_population
from callrisk.sample.risk import (
    draw_labels,
    label_maturity,
    log_odds,
    observed_auc,
    probability,
    risk_facts,
)
from callrisk.sample.speech.customer_states import CONCERNS, DODGES


@pytest.mark.parametrize("seed", [20261122, 1, 2])
@pytest.mark.parametrize("auc", [0.85, 0.7, 0.5])
def test_the_truth_ranks_the_labels_as_well_as_was_wished(auc, seed):
    """The AUC of the true risk against the labels is within 0.01 of the request."""
    assert generate(seed=seed, auc=auc).truth()["auc"] == pytest.approx(auc, abs=0.01)


def test_at_an_auc_of_one_half_everyone_has_the_same_risk():
    """Nothing about a customer tells anything about the label."""
    sample = generate(seed=4, auc=0.5)

    assert np.ptp(sample.log_odds) == 0
    assert 0.16 < sample.unpaid.mean() < 0.19


def test_labels_are_as_frequent_as_their_probability_says():
    """Among many customers each fifth by true risk is unpaid as often as it should be."""
    population = draw_population(30_000, 10_000, np.random.default_rng(7))
    odds = log_odds(population, 0.85)
    unpaid = draw_labels(population, odds, np.random.default_rng(8))
    expected = label_maturity(population) * probability(odds)

    for fifth in np.array_split(np.argsort(odds), 5):
        assert unpaid[fifth].mean() == pytest.approx(expected[fifth].mean(), abs=0.01)
    assert unpaid.mean() == pytest.approx(0.174, abs=0.01)


def test_labels_of_one_truth_differ_from_draw_to_draw():
    """The probability is the truth; who fails to pay is chance."""
    population = draw_population(1000, 330, np.random.default_rng(7))
    odds = log_odds(population, 0.85)
    one, other = (draw_labels(population, odds, np.random.default_rng(seed)) for seed in (1, 2))

    assert (one != other).sum() > 20


def test_more_late_payments_and_more_worry_are_riskier():
    """Each fact that moves risk moves it one way only."""
    population = draw_population(200, 60, np.random.default_rng(1))
    facts, weights = risk_facts(population)
    late = replace(population, late_payments=np.minimum(population.late_payments + 1, 5))
    worried = replace(
        population, traits=population.traits | {"worry": population.traits["worry"] + 1}
    )

    assert (risk_facts(late)[0] @ weights >= facts @ weights).all()
    assert (risk_facts(worried)[0] @ weights > facts @ weights).all()


def test_an_auc_beyond_what_these_customers_carry_is_refused():
    """The error says how far it goes."""
    with pytest.raises(
        SampleError, match=r"--auc is 0\.999; with these customers it is at most 0\."
    ):
        generate(auc=0.999)


def test_observed_auc_counts_ties_as_half():
    """One pair right, one tied: three quarters."""
    score, unpaid = np.array([1.0, 2.0, 2.0]), np.array([False, False, True])

    assert observed_auc(score, unpaid) == 0.75


@pytest.mark.parametrize("share", [1.0, 0.5])
@pytest.mark.parametrize(("trait", "kinds"), [("worry", CONCERNS), ("evasion", DODGES)])
def test_traits_are_heard_in_the_latest_call_and_half_way_through_it(sample, trait, kinds, share):
    """Who is worried or evasive says so far more often than others, from the first half on."""
    call_generator = CallGenerator(sample.population, sample.bank, sample.request.seed)
    heard = []
    for person in range(sample.population.persons):
        entries = call_generator.calls_of(person)[-1].entries.tolist()
        first = entries[: max(1, round(share * len(entries)))]
        heard.append(sum(sample.bank.scene_of(entry).kind in kinds for entry in first))

    assert observed_auc(np.array(heard), sample.population.traits[trait] > 0) > 0.85


def test_words_of_worry_in_small_talk_tell_nothing_of_risk(sample):
    """Those who pay speak of hard weather and other people's debts as often as the rest."""
    call_generator = CallGenerator(sample.population, sample.bank, sample.request.seed)
    shares = []
    for person in range(sample.population.persons):
        entries = [entry for call in call_generator.calls_of(person) for entry in call.entries]
        traps = [sample.bank.scene_of(entry).kind in {"trap", "harsh"} for entry in entries]
        shares.append(np.mean(traps))

    assert np.mean(np.array(shares) > 0) > 0.4
    assert observed_auc(np.array(shares), sample.unpaid) == pytest.approx(0.5, abs=0.08)


def test_no_fact_alone_gives_the_labels_away(sample, customers):
    """Earlier late payments rank well, but not too well to be true."""
    late = sample.population.late_payments.astype(float)

    assert 0.6 < observed_auc(late, sample.unpaid) < 0.75
    assert 0.6 < observed_auc(sample.population.traits["worry"], sample.unpaid) < 0.76


def test_the_truth_names_every_record_and_recorded_call(sample):
    """One entry a customer record and a recorded call, with probability and log-odds."""
    truth = sample.truth()

    assert list(truth["customers"]) == [str(number) for number in range(1001, 1340)]
    assert list(truth["recorded_calls"]) == [call.contact_id for call in sample.recorded_calls]
    for known in truth["customers"].values():
        assert known["probability"] == pytest.approx(1 / (1 + np.exp(-known["log_odds"])))
        assert known["label_probability"] <= known["probability"]
