"""The commands: `python run.py` sets callrisk up and runs it; `test` tests it, `doctor` checks it.

Standard library only, and grammar that Python 3.8 can read, so that it can say it is too old.
"""

from __future__ import annotations

import argparse
import contextlib
import dataclasses
import hashlib
import io
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import sysconfig
import threading
import time
import urllib.request
import webbrowser
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent
SUPPORTED = ((3, 13), (3, 12), (3, 11))
LOCKS = {"product": "requirements.lock", "tests": "tests/requirements.lock"}
PORTS = (5000, 8501, 8502)
HEALTHY_WITHIN_S = 180.0
QUICK_DEATH_S = 30.0  # a program that dies younger than this will hardly recover by itself
QUICK_DEATHS = 3
# Tests run side by side, two a core since many wait for others; "-n 0" runs them in one process.
SIDE_BY_SIDE = ("-n", str(min(2 * (os.cpu_count() or 1), 8)), "--dist", "loadfile")
GRACE_S = 10.0


class UserError(Exception):
    """An error that the user can correct, with a message in Japanese and one in English."""


def say(japanese: str, english: str) -> None:
    """Print a message in Japanese and English."""
    print(f"{japanese}\n{english}", flush=True)


# The commands


def main(arguments: list[str]) -> int:
    """Run one of the commands and return its exit status."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        if not works([sys.executable]):
            return hand_over(arguments)
        command = {"test": test, "doctor": doctor}.get("".join(arguments[:1]))
        return serve(arguments) if command is None else command(arguments[1:])
    except UserError as error:
        say(*error.args)
        return 1
    except OSError as error:  # a full disk, a file in use, a folder closed to us
        say(f"ファイルやフォルダを使えません: {error}", f"Cannot use a file or folder: {error}")
        return 1
    except KeyboardInterrupt:
        return 130  # during the set-up; what runs is stopped with 0


def serve(arguments: list[str]) -> int:
    """Set up what is missing, then run the three programs until Ctrl-C."""
    more = "python run.py test: all tests; python run.py doctor: asks whether all is in order"
    parser = argparse.ArgumentParser(prog="python run.py", epilog=more)
    parser.add_argument("--no-browser", action="store_true")
    options = parse_with_ports(parser, arguments)
    check_ports(options.ports)
    set_up(ROOT, "product")
    write_env(ROOT)
    make_data(ROOT)
    told_to_stop = threading.Event()
    for name in {"SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK"} & {*dir(signal)}:
        signal.signal(getattr(signal, name), lambda *_: told_to_stop.set())
    running: list[Service] = []
    try:
        running.extend(service.start() for service in services_of(ROOT, options.ports))
        watch(running, told_to_stop, lambda: announce(options.ports, not options.no_browser))
    finally:
        stop(running)
    return 0


def parse_with_ports(parser: argparse.ArgumentParser, arguments: list[str]) -> argparse.Namespace:
    """Return the options, with the ports of the three programs; exit 2 for impossible ones."""
    names = ("LIVE", "ANALYTICS", "TABLET")
    parser.add_argument("--ports", nargs=3, type=port_number, default=PORTS, metavar=names)
    options = parser.parse_args(arguments)
    if len({*options.ports}) < len(PORTS):
        parser.error("the three ports must differ")
    return options


def port_number(text: str) -> int:
    """Return a port as an integer; ArgumentTypeError outside of 1 to 65535."""
    if not 0 < int(text) < 2**16:
        raise argparse.ArgumentTypeError("a port lies between 1 and 65535")
    return int(text)


def test(arguments: list[str]) -> int:
    """Set up what is missing, then run pytest and return its exit status."""
    set_up(ROOT, "product", "tests")
    command = [venv_python(ROOT), "-m", "pytest", *SIDE_BY_SIDE, *arguments]
    return subprocess.call(command, cwd=ROOT, env=environment_for(ROOT))


def doctor(arguments: list[str]) -> int:
    """Have everything asked in the environment, which is left as it is; return the exit status."""
    parser = argparse.ArgumentParser(prog="python run.py doctor")
    parser.add_argument("--json", action="store_true", help="one JSON object, for programs")
    options = parse_with_ports(parser, arguments)
    if not is_installed(ROOT, "product"):
        raise UserError(
            "NG python: 部品がまだ入っていないか、古いままです。入れるには: python run.py",
            "NG python: the libraries are not installed yet, or are old. To install: python run.py",
        )
    held = [f"--held={port}={holder_of(port)}" for port in options.ports if is_taken(port)]
    asked = [*held, "--ports", *map(str, options.ports), *(["--json"] if options.json else [])]
    command = [venv_python(ROOT), "-m", "callrisk.bootstrap.doctor", *asked]
    environment = environment_for(ROOT, PYTHONDONTWRITEBYTECODE="1")
    return subprocess.call(command, cwd=ROOT, env=environment)


# A Python that will do


def works(python: list[str]) -> bool:
    """Return True if this command starts a Python for which every library has a wheel."""
    wanted = f"sys.version_info[:2] in {SUPPORTED} and sys.maxsize > 2**32"
    question = [*python, "-c", f"import sys; sys.exit(not ({wanted}))"]
    with contextlib.suppress(OSError):
        return subprocess.run(question, capture_output=True, check=False).returncode == 0
    return False


def hand_over(arguments: list[str]) -> int:
    """Run this file under a supported Python and return its exit status, or raise UserError."""
    names = ["{}.{}".format(*version) for version in SUPPORTED]
    commands = [["py", f"-{name}"] if os.name == "nt" else [f"python{name}"] for name in names]
    python = next(filter(works, commands), None)
    if python is None:
        this = "{}.{}".format(*sys.version_info[:2])
        raise UserError(
            f"64ビット版の Python 3.11～3.13 が必要です（これは {this}）。python.org にあります。",
            f"Needs a 64-bit Python 3.11 to 3.13 (this is {this}). Get one from python.org.",
        )
    command = [*python, __file__, *arguments]
    if os.name != "nt":
        os.execvp(command[0], command)
    signal.signal(signal.SIGINT, lambda *_: None)  # the other Python answers Ctrl-C
    return subprocess.call(command)


# The environment: .venv and .env


def venv_python(root: Path) -> str:
    """Return the path of the Python in .venv, which needs no activation."""
    return str(root / ".venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python"))


def fingerprint(lock: Path) -> str:
    """Return a hash of the lock and the version of Python."""
    version = "{}.{}".format(*sys.version_info[:2])
    return hashlib.sha256(lock.read_bytes() + version.encode()).hexdigest()


def stamp_of(root: Path, part: str) -> Path:
    """Return the file that holds the fingerprint of the installed lock of this part."""
    return root / ".venv" / f"installed-{part}"


def is_installed(root: Path, part: str) -> bool:
    """Return True if .venv holds the libraries of this part's lock."""
    stamp = stamp_of(root, part)
    complete = stamp.exists() and Path(venv_python(root)).exists()
    return complete and stamp.read_text(encoding="ascii") == fingerprint(root / LOCKS[part])


def set_up(root: Path, *parts: str) -> None:
    """Bring .venv up to date with the locks of these parts; "product" must come first."""
    for part in parts:
        if is_installed(root, part):
            continue
        try:
            if part == "product":
                make_venv(root)
            install(root, part)
        except BaseException:  # Ctrl-C too: half an environment is worse than none
            shutil.rmtree(root / ".venv", ignore_errors=True)
            raise


def make_venv(root: Path) -> None:
    """Make .venv anew with our own package alone."""
    venv = root / ".venv"
    with contextlib.suppress(FileNotFoundError):
        shutil.rmtree(venv)
    # Not sys.executable: that may lie in the very .venv that has just gone.
    python = getattr(sys, "_base_executable", sys.executable)
    if subprocess.call([python, "-m", "venv", str(venv)]):
        package = "python{}.{}-venv".format(*sys.version_info[:2])
        raise UserError(
            f".venv を作れません。Debian・Ubuntu では: sudo apt install {package}",
            f"Cannot make .venv. On Debian or Ubuntu: sudo apt install {package}",
        )
    # Does what `pip install -e .` would, without a build or the network. The path is relative
    # because Python 3.11 reads it in the machine's code page, which may lack letters of our folder.
    packages = Path(sysconfig.get_path("purelib", "venv", {"base": str(venv)}))
    ourselves = Path(os.path.relpath(root / "src", packages))
    (packages / "callrisk.pth").write_text(f"{ourselves}\n", encoding="ascii")


def install(root: Path, part: str) -> None:
    """Install the libraries of a lock with uv or else pip, each file checked by its hash."""
    say(f"ライブラリを入れています: {LOCKS[part]}", f"Installing {LOCKS[part]} ...")
    options = f"--require-hashes --only-binary :all: --no-deps -r {LOCKS[part]}".split()
    # Python compiles what it imports by itself; compiling everything here takes twice as long.
    pip = [venv_python(root), "-m", "pip", "--disable-pip-version-check", "install", "--no-compile"]
    installers = [pip]
    if shutil.which("uv"):
        installers.insert(0, ["uv", "pip", "install", "--python", venv_python(root)])
    environment = dict(os.environ, UV_PYTHON_DOWNLOADS="never")
    for installer in installers:
        if subprocess.call([*installer, *options], cwd=root, env=environment) == 0:
            stamp_of(root, part).write_text(fingerprint(root / LOCKS[part]), encoding="ascii")
            return
    raise UserError(
        "ライブラリを入れられませんでした。上の行とネットワーク（プロキシ）を確かめてください。",
        "The libraries could not be installed. See above; check the network and its proxy.",
    )


def write_env(root: Path) -> None:
    """Write .env from its example with a new secret; an existing file stays as it is."""
    example = (root / ".env.example").read_text(encoding="utf-8")
    secret = f"FLASK_SECRET_KEY={secrets.token_urlsafe(48)}"
    text = re.sub(r"^FLASK_SECRET_KEY=$", secret, example, flags=re.MULTILINE)
    with contextlib.suppress(FileExistsError):
        handle = os.open(root / ".env", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)


def environment_for(root: Path, **more: str) -> dict[str, str]:
    """Return the environment of our programs: UTF-8 under every code page."""
    environment = dict(os.environ, PYTHONUTF8="1", PYTHONIOENCODING="utf-8", PYTHONUNBUFFERED="1")
    # Without its cache Python would compile every library anew at every start: ten seconds each.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    if sys.platform == "darwin":
        # XGBoost for macOS expects OpenMP from Homebrew; scikit-learn brings one along.
        for folder in (root / ".venv").glob("lib/python3*/site-packages/sklearn/.dylibs"):
            environment["DYLD_FALLBACK_LIBRARY_PATH"] = f"{folder}:/usr/local/lib:/usr/lib"
    return {**environment, **more}


def make_data(root: Path) -> None:
    """Make sample data where there is no export, and train where there is no model."""
    python, raw, environment = venv_python(root), root / "data" / "raw", environment_for(root)
    if not any(path.suffix.lower() in {".xlsx", ".csv"} for path in raw.glob("*")):
        say("サンプルデータを作っています（DEMO）", "Making sample data (DEMO) ...")
        command = [python, "-m", "callrisk.sample", "--out", str(raw)]
        if subprocess.call(command, cwd=root, env=environment):
            raise UserError("サンプルデータを作れません。", "The sample data could not be made.")
    if not (root / "models" / "champion.json").exists():
        say("モデルを学習しています", "Training the model ...")
        if subprocess.call([python, "src/main.py", "--quick"], cwd=root, env=environment):
            say("モデルなしで起動します（理由は上）。", "Starting without a model (see above why).")


# The ports


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


# The three programs


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
        """Return True if the program answers; proxies are bypassed."""
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with contextlib.suppress(OSError), opener.open(self.health_url, timeout=2):
            return True
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
    environment = environment_for(root, API_PORT=live)
    # Waking further threads costs a single live score far more than they save.
    environment["OMP_NUM_THREADS"] = "1"
    python, at = venv_python(root), "http://127.0.0.1:{}/{}".format
    server = [python, "realtime_api_server.py"]
    services = [Service("server", at(live, "api/health"), server, environment, is_needed=True)]
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


def announce(ports: list[int], open_browser: bool) -> None:
    """Print the addresses and open the live page in a browser."""
    live, analytics, tablet = (f"http://localhost:{port}" for port in ports)
    say("起動しました（終了は Ctrl-C）", "callrisk is running (Ctrl-C stops it)")
    print(f"  通話 / Live calls   {live}", f"  分析 / Analytics    {analytics}", sep="\n")
    print(f"  現場 / Tablet       {tablet}", flush=True)
    if open_browser and (os.name == "nt" or sys.platform == "darwin" or "DISPLAY" in os.environ):
        webbrowser.open(live)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
