"""Metrics that are looked up when somebody asks for them."""

import logging
import threading
from collections.abc import Callable, Iterable, Mapping

import psutil
from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

logger = logging.getLogger(__name__)

Look = Callable[[], Iterable[Metric]]


class Figures(Collector):
    """Groups of metrics, each looked up by a function.

    A group that cannot be looked up is left out, and `callrisk_metrics_group_up` says 0 of it.
    """

    def __init__(self, groups: Mapping[str, Look]) -> None:
        self._groups = groups

    def describe(self) -> Iterable[Metric]:
        """Name nothing beforehand: looking anything up takes a database."""
        return ()

    def collect(self) -> Iterable[Metric]:
        """Look up every group."""
        up = GaugeMetricFamily(
            "callrisk_metrics_group_up",
            "1 if a group of metrics could be looked up",
            labels=["group"],
        )
        for name, look in self._groups.items():
            try:
                yield from [*look()]
                up.add_metric([name], 1)
            except Exception as error:  # noqa: BLE001 - the other groups are answered all the same
                logger.warning("metrics of %s: %s", name, type(error).__name__)
                up.add_metric([name], 0)
        yield up


def gauge(name: str, what: str, value: float) -> Metric:
    """Return a metric that rises and falls."""
    return GaugeMetricFamily(name, what, value=value)


def gauges(name: str, what: str, label: str, values: Mapping[str, float]) -> Metric:
    """Return a metric that rises and falls, by a label."""
    family = GaugeMetricFamily(name, what, labels=[label])
    for labelled, value in values.items():
        family.add_metric([labelled], value)
    return family


def counter(name: str, what: str, value: float) -> Metric:
    """Return a metric that only rises."""
    return CounterMetricFamily(name, what, value=value)


def counters(name: str, what: str, label: str, values: Mapping[str, float]) -> Metric:
    """Return a metric that only rises, by a label."""
    family = CounterMetricFamily(name, what, labels=[label])
    for labelled, value in values.items():
        family.add_metric([labelled], value)
    return family


def process_figures() -> Iterable[Metric]:
    """Return what this process uses of the machine, on every system alike."""
    own = psutil.Process()
    with own.oneshot():
        used, memory, began = own.cpu_times(), own.memory_info(), own.create_time()
    yield counter(
        "process_cpu_seconds", "Processor time that this process used", used.user + used.system
    )
    yield gauge("process_resident_memory_bytes", "Memory that this process holds", memory.rss)
    yield gauge("process_start_time_seconds", "When this process began, in Unix time", began)
    yield gauge("process_threads", "Threads of this process", threading.active_count())


def register_figures(registry: CollectorRegistry, groups: Mapping[str, Look]) -> CollectorRegistry:
    """Return the registry, with groups of metrics and those of the process added to it."""
    registry.register(Figures({"process": process_figures, **groups}))
    return registry
