"""Programs that end with run.py under Windows, also when its window is closed or it is killed."""

from __future__ import annotations

import contextlib
import ctypes
import subprocess
import sys
from collections.abc import Iterator

# https://learn.microsoft.com/windows/win32/api/winnt/ns-winnt-jobobject_extended_limit_information
KILL_ON_JOB_CLOSE = 0x2000
_EXTENDED_LIMITS = 9
_SET_QUOTA, _TERMINATE = 0x0100, 0x0001


class BasicLimits(ctypes.Structure):
    """JOBOBJECT_BASIC_LIMIT_INFORMATION, with sizes that hold on every system."""

    _fields_ = (
        ("process_time", ctypes.c_int64),
        ("job_time", ctypes.c_int64),
        ("flags", ctypes.c_uint32),
        ("least_working_set", ctypes.c_size_t),
        ("most_working_set", ctypes.c_size_t),
        ("most_processes", ctypes.c_uint32),
        ("affinity", ctypes.c_size_t),
        ("priority", ctypes.c_uint32),
        ("scheduling", ctypes.c_uint32),
    )


class ExtendedLimits(ctypes.Structure):
    """JOBOBJECT_EXTENDED_LIMIT_INFORMATION."""

    _fields_ = (
        ("basic", BasicLimits),
        ("io_counters", ctypes.c_uint64 * 6),
        ("memory", ctypes.c_size_t * 4),
    )


# The job of this process. Windows closes its last handle when we end, however that comes about,
# and then ends all that is in it.
_jobs: list[int] = []


def end_with_us(process: subprocess.Popen[bytes]) -> None:
    """Let Windows end this program, and those that it starts, when we end; nothing elsewhere.

    Where Windows refuses, the program is stopped as ever, but outlives a window that is closed.
    """
    if sys.platform == "win32":
        kernel32 = ctypes.WinDLL("kernel32", use_last_error=True)
        for name in ("CreateJobObjectW", "OpenProcess"):
            getattr(kernel32, name).restype = ctypes.c_void_p
        if not _jobs:
            _jobs.append(_new_job(kernel32))
        with _opened(kernel32, process.pid) as handle:
            kernel32.AssignProcessToJobObject(ctypes.c_void_p(_jobs[0]), handle)


if sys.platform == "win32":

    def _new_job(kernel32: ctypes.WinDLL) -> int:
        job = kernel32.CreateJobObjectW(None, None)
        limits = ExtendedLimits(basic=BasicLimits(flags=KILL_ON_JOB_CLOSE))
        kernel32.SetInformationJobObject(
            ctypes.c_void_p(job), _EXTENDED_LIMITS, ctypes.byref(limits), ctypes.sizeof(limits)
        )
        return int(job or 0)

    @contextlib.contextmanager
    def _opened(kernel32: ctypes.WinDLL, pid: int) -> Iterator[ctypes.c_void_p]:
        handle = ctypes.c_void_p(kernel32.OpenProcess(_SET_QUOTA | _TERMINATE, 0, pid))
        try:
            yield handle
        finally:
            kernel32.CloseHandle(handle)
