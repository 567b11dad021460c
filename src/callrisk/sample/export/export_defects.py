"""Defects that transcripts get on their way into a spreadsheet."""

from collections.abc import Sequence

# Excel keeps no more characters than this in one cell.
CELL_LIMIT = 32_767
_SHORTENED_SHARE = 0.11
_MERGED_SHARE = 0.012


def with_defects(transcript: str, drawn: Sequence[float]) -> str:
    """Return the transcript as the export has it: now and then cut or with merged lines.

    `drawn` are four numbers between 0 and 1: whether and where to cut, whether and where to merge.
    """
    cut, keep, merge, where = drawn
    if cut < _SHORTENED_SHARE:
        transcript = _shortened(transcript, 0.1 + 0.88 * keep)
    if merge < _MERGED_SHARE:
        transcript = _merged(transcript, where)
    return transcript[:CELL_LIMIT]


def _shortened(transcript: str, share: float) -> str:
    lines = transcript.split("\n")
    return "\n".join(lines[: max(1, int(len(lines) * share))])


def _merged(transcript: str, where: float) -> str:
    """Return the transcript with a stretch of the call as one line of one speaker."""
    lines = transcript.split("\n")
    first = int(len(lines) * where * 0.5)
    stretch = lines[first : first + len(lines) // 2]
    if len(stretch) < 2:
        return transcript
    joined = stretch[0] + "".join(line[line.index(")") + 1 :] for line in stretch[1:])
    return "\n".join([*lines[:first], joined, *lines[first + len(stretch) :]])


def untagged(transcript: str) -> str:
    """Return the transcript with its middle line without the speaker."""
    lines = transcript.split("\n")
    middle = len(lines) // 2
    lines[middle] = lines[middle][lines[middle].index(")") + 1 :]
    return "\n".join(lines)
