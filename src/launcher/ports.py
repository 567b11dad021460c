"""The ports: which are taken, and by whom."""

from __future__ import annotations

import argparse
import contextlib
import os
import re
import socket
import subprocess
import sys
from pathlib import Path

from launcher.telling import UserError


def port_number(text: str) -> int:
    """Return a port as an integer; ArgumentTypeError outside of 1 to 65535."""
    if not 0 < int(text) < 2**16:
        raise argparse.ArgumentTypeError("ポートは 1～65535 です / a port lies between 1 and 65535")
    return int(text)


def is_taken(port: int) -> bool:
    """Return True if a program listens on this port, or the system refuses to open it."""
    with socket.socket() as caller, socket.socket() as listener:
        caller.settimeout(1.0)
        if caller.connect_ex(("127.0.0.1", port)) == 0:
            return True
        if os.name != "nt":  # else a port that was closed a moment ago does not count as free
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False


def holder_of(port: int) -> str:
    """Return the program that listens on this port, "?" where the system does not say."""
    with contextlib.suppress(OSError, LookupError):
        if os.name == "nt":
            pid = pid_in_netstat(port, told_by("netstat", "-ano", "-p", "TCP"))
            return told_by("tasklist", "/FI", f"PID eq {pid}", "/FO", "CSV", "/NH")
        if Path("/proc/net/tcp").exists():
            pid = pid_in_proc(port)
            program = Path("/proc", pid, "cmdline").read_text(encoding="utf-8", errors="replace")
            return f"pid {pid}: " + program.replace("\0", " ")
        return told_by("lsof", "-nP", f"-iTCP:{port}", "-sTCP:LISTEN")
    return "?"


def told_by(*command: str) -> str:
    """Return the output of a tool of the operating system."""
    answer = subprocess.run(command, capture_output=True, check=False)
    return answer.stdout.decode(errors="replace").strip()


def pid_in_netstat(port: int, netstat: str) -> str:
    """Return the process that listens on a port, from netstat in any language."""
    listening = rf"^\s*TCP\s+\S+:{port}\s+\S+:0\s+\S+\s+(\d+)"
    return str(re.findall(listening, netstat, re.MULTILINE)[0])


def pid_in_proc(port: int) -> str:
    """Return the process that listens on a port; LookupError for one of another user."""
    listening = rf"^\s*\d+: \w+:{port:04X} \w+:0000 0A (?:\S+\s+){{5}}(\d+)"
    tables = Path("/proc/net/tcp").read_text("ascii") + Path("/proc/net/tcp6").read_text("ascii")
    sockets = {f"socket:[{inode}]" for inode in re.findall(listening, tables, re.MULTILINE)}
    for handle in Path("/proc").glob("[0-9]*/fd/*"):
        with contextlib.suppress(OSError):
            if str(handle.readlink()) in sockets:
                return handle.parts[2]
    raise LookupError(port)


def check_ports(ports: list[int]) -> None:
    """Raise UserError that names the ports in use, if there are any."""
    taken = "".join(f"\n  {port}: {holder_of(port)}" for port in ports if is_taken(port))
    if taken:
        airplay = "\n  macOS: AirPlay Receiver uses 5000" if sys.platform == "darwin" else ""
        raise UserError(
            "使用中のポートがあります。別のポートなら: python run.py --ports 5001 8511 8512",
            f"A port is taken. For others: python run.py --ports 5001 8511 8512{taken}{airplay}",
        )
