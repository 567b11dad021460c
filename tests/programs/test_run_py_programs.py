"""run.py while it runs: logs, health, programs that die, and that it leaves nobody behind."""

import contextlib
import http.server
import os
import shutil
import signal
import socket
import subprocess
import sys
import textwrap
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from harness import ROOT
from launcher import programs
from launcher.telling import UserError

RUN_PY = ROOT / "run.py"


def wait_until(true: Callable[[], object], within_s: float = 60.0) -> None:
    """Wait for something that happens in another process."""
    deadline = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


@contextlib.contextmanager
def started(command: list[str], **how: Any) -> Iterator[subprocess.Popen[str]]:
    """A process that does not outlive its test."""
    process = subprocess.Popen(command, text=True, **how)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


@pytest.fixture
def service_of(tmp_path: Path) -> Iterator[Callable[[str], Any]]:
    """Makes a running service of a few lines of Python; all are stopped after the test."""
    services: list[Any] = []

    def make(code: str) -> Any:
        script = tmp_path / f"service{len(services)}.py"
        script.write_text(textwrap.dedent(code), encoding="utf-8")
        command = [sys.executable, "-u", str(script)]
        service = programs.Service("tiny", "http://127.0.0.1:9/", command, dict(os.environ))
        services.append(service.start())
        return service

    yield make
    programs.stop(services)


def test_log_lines_bear_the_name(
    service_of: Callable[[str], Any], capsys: pytest.CaptureFixture[str]
) -> None:
    """Each line of a program shows who said it, Japanese and broken bytes included."""
    service = service_of(
        r"""
        import sys
        sys.stdout.buffer.write("起動\n".encode() + b"\xff\n")
        """
    )
    service.process.wait()
    service.log.join()

    assert capsys.readouterr().out == "[tiny] 起動\n[tiny] \ufffd\n"


@pytest.mark.parametrize("is_needed", [True, False])
def test_dead_program_is_started_again_later_each_time(
    service_of: Callable[[str], Any], monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str], *, is_needed: bool,
) -> None:  # fmt: skip
    """One second after the first quick death, two after the second, and never after the third.

    Without a program that is needed everything ends; the others go on without one that is not.
    """
    clock = FakeClock()
    monkeypatch.setattr(programs.time, "monotonic", clock)
    service = service_of("")
    waits = []
    for _ in range(2):
        service.process.wait()
        service.look_after()
        waits.append(service.restart_at - clock())
        before = service.process
        clock.now += waits[-1] - 0.01
        service.look_after()
        assert service.process is before
        clock.now += 0.02
        service.look_after()
        assert service.process is not before
    service.process.wait()

    assert waits == [1.0, 2.0]
    service.is_needed = is_needed
    if is_needed:
        with pytest.raises(UserError, match="tiny"):
            service.look_after()
        return
    dead = service.process
    for _ in range(3):
        service.look_after()
        clock.now += 100
    said = capsys.readouterr().out
    assert service.process is dead
    assert said.count("The others go on.") == 1


class FakeClock:
    """A clock that moves when told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_long_life_wipes_out_quick_deaths(
    service_of: Callable[[str], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Programs that ran for a while are started again however often they died."""
    clock = FakeClock()
    monkeypatch.setattr(programs.time, "monotonic", clock)
    service = service_of("")
    for _ in range(5):
        service.process.wait()
        clock.now += programs.QUICK_DEATH_S + 1
        service.look_after()
        assert service.restart_at - clock() == 1.0
        clock.now = service.restart_at
        service.look_after()


def test_stubborn_program_is_ended(
    service_of: Callable[[str], Any],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A program that ignores the request to stop is gone after the grace."""
    monkeypatch.setattr(programs, "GRACE_S", 0.5)
    service = service_of(
        """
        import signal, time
        signal.signal(getattr(signal, "SIGBREAK", signal.SIGTERM), signal.SIG_IGN)
        print("ready")
        time.sleep(60)
        """
    )
    wait_until(lambda: "ready" in capsys.readouterr().out)

    began = time.monotonic()
    programs.stop([service])

    assert service.process.poll() is not None
    assert time.monotonic() - began >= 0.5


def test_program_is_healthy_when_it_answers(
    free_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Health is asked directly, whatever proxy the environment names."""
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    service = programs.Service("tiny", f"http://127.0.0.1:{free_port}/", [], {})
    assert not service.is_healthy()

    address = ("127.0.0.1", free_port)
    with http.server.HTTPServer(address, http.server.SimpleHTTPRequestHandler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        assert service.is_healthy()
        server.shutdown()


@pytest.mark.parametrize(("status", "healthy"), [(401, True), (404, True), (503, False)])
def test_a_program_that_demands_a_login_is_healthy(
    free_port: int, status: int, healthy: bool
) -> None:
    """It answers, which is all that is asked."""

    class Refusing(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_error(status)

    service = programs.Service("tiny", f"http://127.0.0.1:{free_port}/", [], {})
    with http.server.HTTPServer(("127.0.0.1", free_port), Refusing) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        assert service.is_healthy() is healthy
        server.shutdown()


# the command as a whole, in a folder like a clone whose programs are tiny

TINY_PROGRAM = """
import http.server, os, pathlib, subprocess, sys
port = int(sys.argv[-1] if sys.argv[1:] else os.environ["API_PORT"])
helper = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(120)"])
pathlib.Path(f"pids-{port}").write_text(f"{os.getpid()} {helper.pid}", encoding="ascii")
http.server.HTTPServer(("127.0.0.1", port), http.server.SimpleHTTPRequestHandler).serve_forever()
"""


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """run.py with tiny programs beside it, and empty locks; data and model are there already."""
    root = tmp_path_factory.mktemp("顧客 リスク")
    files = {
        "requirements.lock": "",
        "tests/requirements.lock": "",
        "data/raw/calls.csv": "",
        "models/champion.json": "",
        "livez": "",
        "_stcore/health": "",
        "realtime_api_server.py": TINY_PROGRAM,
        "src/streamlit.py": TINY_PROGRAM,  # `python -m streamlit` finds it like our own package
    }
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    shutil.copy(RUN_PY, root)
    shutil.copytree(ROOT / "src" / "launcher", root / "src" / "launcher")
    shutil.copytree(ROOT / "templates", root / "templates")
    shutil.copy(RUN_PY.with_name(".env.example"), root)
    return root


def free_ports() -> list[str]:
    """Three free ports, all different."""
    with contextlib.ExitStack() as stack:
        listeners = [stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(3)]
        return [str(listener.getsockname()[1]) for listener in listeners]


@pytest.mark.skipif(os.name == "nt", reason="a test cannot press Ctrl-C on Windows")
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_ctrl_c_stops_everything(clone: Path, name: str) -> None:
    """After Ctrl-C, or its like, the exit code is 0 and nobody is left, helpers included."""
    ports, output = free_ports(), clone / "output.txt"
    command = [sys.executable, str(clone / "run.py"), "--no-browser", "--ports", *ports]
    with output.open("w", encoding="utf-8") as file, started(command, stdout=file) as process:
        wait_until(lambda: f"http://localhost:{ports[2]}" in output.read_text(encoding="utf-8"))
        pids = [
            pid for port in ports for pid in (clone / f"pids-{port}").read_text("ascii").split()
        ]
        process.send_signal(getattr(signal, name))
        code = process.wait(15)

    assert code == 0
    assert len(pids) == 6
    assert not any(map(is_alive, pids))


def is_alive(pid: str) -> bool:
    """Whether a process runs; one that only waits to be forgotten does not."""
    with contextlib.suppress(psutil.NoSuchProcess):
        return bool(psutil.Process(int(pid)).status() != psutil.STATUS_ZOMBIE)
    return False


SLOW_TRAINING = """
import pathlib, time
time.sleep(8)
pathlib.Path("models/champion.json").touch()
"""


def page_of(port: str) -> str:
    """What the page of a first start tells, blank while there is none."""
    with contextlib.suppress(OSError):
        answer = urllib.request.urlopen(f"http://127.0.0.1:{port}/starting.json", timeout=5)
        return str(answer.read().decode("utf-8"))
    return ""


def test_a_first_start_shows_its_page_and_keeps_a_second_one_out(clone: Path) -> None:
    """The page is there while the model is trained; a second start ends, the first goes on."""
    (clone / "src" / "main.py").write_text(SLOW_TRAINING, encoding="utf-8")
    (clone / "models" / "champion.json").unlink()
    ports, output = free_ports(), clone / "first.txt"
    command = [sys.executable, str(clone / "run.py"), "--no-browser", "--ports"]
    with output.open("w", encoding="utf-8") as file, started([*command, *ports], stdout=file) as it:
        wait_until(lambda: '"en": "Training the model, about a minute"' in page_of(ports[0]))
        second = subprocess.run([*command, *free_ports()], capture_output=True, check=False)
        wait_until(lambda: f"http://localhost:{ports[2]}" in output.read_text(encoding="utf-8"))
        assert it.poll() is None
        it.send_signal(getattr(signal, "CTRL_BREAK_EVENT", signal.SIGINT))
        it.wait(15)

    assert second.returncode == 1
    assert f"already (pid {it.pid}, http://localhost:{ports[0]})" in second.stdout.decode("utf-8")


@pytest.mark.slow
def test_program_that_keeps_dying_ends_everything(clone: Path) -> None:
    """Three quick deaths of one program stop all, with exit code 1, its last words and its name."""
    (clone / "realtime_api_server.py").write_text("raise SystemExit('broken')", encoding="utf-8")
    command = [sys.executable, str(clone / "run.py"), "--no-browser", "--ports", *free_ports()]

    done = subprocess.run(command, capture_output=True, check=False, timeout=120)

    assert done.returncode == 1
    told = done.stdout.decode()
    assert told.count("[server] broken") == 3
    assert "server dies at every start" in told


def test_tests_exit_with_the_code_of_pytest(clone: Path) -> None:
    """`run.py test` hands its arguments to pytest, last, and gives its exit code back."""
    (clone / "src" / "pytest.py").write_text(
        "import sys; sys.exit(7 * (sys.argv[-2:] == ['-k', 'x']))", encoding="utf-8"
    )

    done = subprocess.run([sys.executable, str(clone / "run.py"), "test", "-k", "x"], check=False)

    assert done.returncode == 7
