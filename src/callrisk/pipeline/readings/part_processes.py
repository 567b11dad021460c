"""Parts read by processes, as many at once as there are cores.

A process is started anew (spawn), as on every system, and gets rows and writes a file: no words
come back but the beginnings of transcripts that do not say who speaks.
"""

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path

from callrisk.domain.language import Language
from callrisk.integrations.spreadsheet.call_export import ExportedCall
from callrisk.pipeline.preparation.transcript_reader import TranscriptReader
from callrisk.pipeline.readings.part import PartFormat, PartReader
from callrisk.pipeline.readings.part_files import write_part

# Each holds a dictionary and its own memory of turns, some 300 MB.
_MOST_PROCESSES = 16
# Parts that wait for each process, so that none idles while rows are parsed.
_WAITING = 2
_FEWEST_FOR_PROCESSES = 2
# So much of a transcript that does not say who speaks is shown in an error.
_SHOWN = 12

# The rows of a part, and where it is to be written.
Task = tuple[Sequence[ExportedCall], Path]
# Row -> the beginning of a transcript that does not say who speaks.
Beginnings = dict[int, str]


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything by which parts are read."""

    form: PartFormat
    language: Language


class _PartWriter:
    def __init__(self, reading: Reading) -> None:
        self._form = reading.form
        self._reader = PartReader(reading.form, TranscriptReader(reading.language))

    def write(self, calls: Sequence[ExportedCall], path: Path) -> Beginnings:
        part = self._reader.read(calls)
        write_part(path, part, self._form.further.fields)
        speakers = self._form.export.speakers
        return {
            call.row: (speakers.strange_tag(call.transcript) or "")[:_SHOWN]
            for call, facts in zip(calls, part.transcripts, strict=True)
            if facts.is_strange
        }


def write_parts(tasks: Iterable[Task], reading: Reading) -> Iterator[Beginnings]:
    """Write all parts and yield what came of each, in their order.

    A single part is read by this process: to start another takes longer than a small export.
    """
    waiting = iter(tasks)
    first = list(islice(waiting, _FEWEST_FOR_PROCESSES))
    if len(first) < _FEWEST_FOR_PROCESSES:
        writer = _PartWriter(reading)
        yield from (writer.write(*task) for task in first)
        return
    yield from _written_by_processes(chain(first, waiting), reading)


def _written_by_processes(tasks: Iterable[Task], reading: Reading) -> Iterator[Beginnings]:
    processes = min(os.cpu_count() or 1, _MOST_PROCESSES)
    spawn = multiprocessing.get_context("spawn")
    running: deque[Future[Beginnings]] = deque()
    pool = ProcessPoolExecutor(processes, spawn, _begin, (reading,))
    try:
        for task in tasks:
            running.append(pool.submit(_write, *task))
            if len(running) >= _WAITING * processes:
                yield running.popleft().result()
        while running:
            yield running.popleft().result()
    finally:
        # One who stops early waits for the parts in hand alone.
        pool.shutdown(wait=True, cancel_futures=True)


# The writer of a process that was started for parts.
_writers: list[_PartWriter] = []


def _begin(reading: Reading) -> None:
    # A break at the keyboard reaches all processes; the one that started this one ends it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_starter, name="starter", daemon=True).start()
    _writers.append(_PartWriter(reading))


def _end_with_starter() -> None:
    starter = multiprocessing.parent_process()
    if starter is not None:
        starter.join()
        os._exit(1)


def _write(calls: Sequence[ExportedCall], path: Path) -> Beginnings:
    return _writers[0].write(calls, path)
