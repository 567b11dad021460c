"""The programs that run.py keeps running: their logs, restarts and end."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path

from launcher.env_file import environment_for
from launcher.libraries import venv_python
from launcher.telling import UserError, say
from launcher.windows_job import end_with_us

ROOT = Path(__file__).resolve().parents[2]
HEALTHY_WITHIN_S = 180.0
QUICK_DEATH_S = 30.0  # a program that dies younger than this will hardly recover by itself
QUICK_DEATHS = 3
GRACE_S = 10.0


@dataclasses.dataclass
class Service:
    """One of the three programs, with its log and its restarts."""

    name: str
    health_url: str
    command: list[str]
    environment: dict[str, str]
    # Whether nothing can go on without it.
    is_needed: bool = False
    quick_deaths: int = 0
    is_given_up: bool = False

    def start(self) -> Service:
        """Start the program in a process group of its own, so that Ctrl-C reaches us alone."""
        self.started_at, self.restart_at = time.monotonic(), 0.0
        self.process = subprocess.Popen(
            self.command,
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
        )
        end_with_us(self.process)
        self.log = threading.Thread(target=self.pass_log_on, daemon=True)
        self.log.start()
        return self

    def pass_log_on(self) -> None:
        """Print the output of the program with its name before each line."""
        for line in self.process.stdout or ():
            text = line.decode(errors="replace").rstrip()
            if text:
                print(f"[{self.name}] {text}\n", end="", flush=True)

    def look_after(self) -> None:
        """Restart a dead program after 1, 2, 4 … seconds, and give it up after three quick deaths.

        UserError if it is one that is needed.
        """
        now = time.monotonic()
        if self.is_given_up or self.process.poll() is None or now < self.restart_at:
            return
        if self.restart_at:
            self.start()
            return
        died_young = now - self.started_at < QUICK_DEATH_S
        self.quick_deaths = self.quick_deaths + 1 if died_young else 0
        if self.quick_deaths == QUICK_DEATHS:
            told = (f"{self.name} を起動できません。", f"{self.name} dies at every start.")
            if self.is_needed:
                raise UserError(*told)
            self.is_given_up = True
            say(f"{told[0]}ほかは続けます。", f"{told[1]} The others go on.")
            return
        self.restart_at = now + 2 ** max(0, self.quick_deaths - 1)
        say(f"{self.name} が止まったため再起動します。", f"{self.name} died and is started again.")

    def is_healthy(self) -> bool:
        """Return True if the program answers, if only that it demands a login.

        Proxies are bypassed.
        """
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(self.health_url, timeout=2):
                return True
        except urllib.error.HTTPError as error:
            return error.code < HTTPStatus.INTERNAL_SERVER_ERROR
        except OSError:
            return False

    def tell_to_go(self, *, at_once: bool) -> None:
        """Terminate the program's process group, by force when `at_once`."""
        with contextlib.suppress(OSError):  # gone already
            if sys.platform != "win32":
                os.killpg(self.process.pid, signal.SIGKILL if at_once else signal.SIGTERM)
            elif at_once:
                self.process.kill()
            else:
                self.process.send_signal(signal.CTRL_BREAK_EVENT)


def stop(services: list[Service]) -> None:
    """Stop all programs, by force those that outlast the grace period."""
    for service in services:
        service.tell_to_go(at_once=False)
    deadline = time.monotonic() + GRACE_S
    for service in services:
        with contextlib.suppress(subprocess.TimeoutExpired):
            service.process.wait(max(0.0, deadline - time.monotonic()))
        service.tell_to_go(at_once=True)
        service.process.wait()
        service.log.join(1.0)


def services_of(root: Path, ports: list[int]) -> list[Service]:
    """Return the live server and both apps."""
    live, analytics, mobile = map(str, ports)
    environment = environment_for(root, API_PORT=live, TABLET_PORT=mobile)
    # Waking further threads costs a single live score far more than they save.
    environment["OMP_NUM_THREADS"] = "1"
    python, at = venv_python(root), "http://127.0.0.1:{}/{}".format
    server = [python, "realtime_api_server.py"]
    services = [Service("server", at(live, "livez"), server, environment, is_needed=True)]
    apps = (
        ("analytics", "streamlit_dashboard.py", analytics),
        ("mobile", "mobile_dashboard.py", mobile),
    )
    for name, script, port in apps:
        app = [python, "-m", "streamlit", "run", script, "--server.port", port]
        services.append(Service(name, at(port, "_stcore/health"), app, environment))
    return services


def watch(services: list[Service], told: threading.Event, on_ready: Callable[[], None]) -> None:
    """Keep the programs alive until told to stop; call `on_ready` once all of them answer."""
    silent, deadline = services, time.monotonic() + HEALTHY_WITHIN_S
    while not told.wait(0.25):
        for service in services:
            service.look_after()
        if not silent:
            continue
        silent = [one for one in silent if not (one.is_given_up or one.is_healthy())]
        if not silent:
            on_ready()
        elif time.monotonic() > deadline:
            names = ", ".join(service.name for service in silent)
            raise UserError(f"応答がありません: {names}", f"No answer from: {names}")
