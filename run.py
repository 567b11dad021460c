"""The commands: `python run.py` sets callrisk up and runs it; `test` tests it, `doctor` checks it.

`backup`, `verify` and `restore` keep what it knows, check what was kept and bring it back;
`first-admin` prints the code for the first login, `verify-audit` looks for changes in the audit,
`keys` is about what is encrypted, `customer` about what is stored of one; `kintone-apps` adds
fields to Kintone's apps.
Standard library only, and grammar that Python 3.8 can read, so that it can say it is too old. What
the commands do is in src/launcher, under the same rule.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import signal
import subprocess
import sys
import threading
import webbrowser
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent
sys.path.insert(0, str(ROOT / "src"))

from launcher.backup_words import (  # noqa: E402 - its folder
    BACKUP_COMMANDS,
    backup_parser,
    passed_on,
)
from launcher.env_file import (  # noqa: E402
    environment_for,
    is_production,
    live_port,
    portfolio_of,
    setting,
    write_env,
)
from launcher.libraries import is_installed, set_up, venv_python  # noqa: E402
from launcher.ports import check_ports, holder_of, is_taken, port_number  # noqa: E402
from launcher.programs import Service, services_of, stop, watch  # noqa: E402
from launcher.python_choice import hand_over, works  # noqa: E402
from launcher.single_start import only_start  # noqa: E402
from launcher.starting_page import StartingPage, Step  # noqa: E402
from launcher.telling import UserError, say  # noqa: E402

PORTS = (5000, 8501, 8502)
# Commands that the environment does, by their modules.
IN_ENVIRONMENT = {
    "first-admin": "callrisk.bootstrap.first_admin_command",
    "verify-audit": "callrisk.bootstrap.verify_audit_command",
    "keys": "callrisk.bootstrap.keys.keys_command",
    "customer": "callrisk.bootstrap.customer_data.customer_command",
    "kintone-apps": "callrisk.bootstrap.kintone_apps_command",
}
WITH_WORDS = ("keys", "customer", "kintone-apps")
# Tests run side by side, two a core since many wait for others; "-n 0" runs them in one process.
SIDE_BY_SIDE = (
    "-n",
    str(min(2 * (os.cpu_count() or 1), 8)),
    "--dist",
    "loadfile",
    "--no-loadscope-reorder",
)


def main(arguments: list[str]) -> int:
    """Run one of the commands and return its exit status."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        if not works([sys.executable]):
            return hand_over(arguments)
        return command_of("".join(arguments[:1]), arguments)
    except UserError as error:
        say(*error.args)
        return 1
    except OSError as error:  # a full disk, a file in use, a folder closed to us
        say(f"ファイルやフォルダを使えません: {error}", f"Cannot use a file or folder: {error}")
        return 1
    except KeyboardInterrupt:
        return 130  # during the set-up; what runs is stopped with 0


def command_of(first: str, arguments: list[str]) -> int:
    """Run the command that the first word names, else the product; return its exit status."""
    if first in BACKUP_COMMANDS:
        return keep(first, arguments[1:])
    if first in IN_ENVIRONMENT:
        return in_environment(first, arguments[1:])
    command = {"test": test, "doctor": doctor}.get(first)
    return serve(arguments) if command is None else command(arguments[1:])


def serve(arguments: list[str]) -> int:
    """Set up what is missing, then run the three programs until Ctrl-C."""
    more = (
        "python run.py test: all tests; doctor: asks whether all is in order; backup, verify FILE, "
        "restore FILE: keeps database, models and settings; first-admin: a code for the "
        "first login; verify-audit: looks for changes in the audit; keys: of what is encrypted; "
        "customer: exports or erases what is stored about one; kintone-apps: adds fields to "
        "the apps of Kintone"
    )
    parser = argparse.ArgumentParser(prog="python run.py", epilog=more)
    parser.add_argument("--no-browser", action="store_true")
    options = parse_with_ports(parser, arguments)
    where, portfolio = f"http://localhost:{options.ports[0]}", portfolio_of(ROOT)
    if portfolio and not is_installed(ROOT, "product"):
        with only_start(ROOT, where):  # all portfolios share the libraries
            set_up(ROOT, "product")
    with only_start(ROOT, where, portfolio):
        check_ports(options.ports)
        is_shown = get_ready(options.ports[0], not options.no_browser)
        # Once for all programs, which would each say it and be started again.
        if is_production(ROOT) and doctor_says("--settings"):
            return 1
        run_programs(options.ports, not (options.no_browser or is_shown))
    return 0


def run_programs(ports: list[int], opens_page: bool) -> None:
    """Run the three programs until told to stop."""
    told_to_stop = threading.Event()
    for name in {"SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK"} & {*dir(signal)}:
        signal.signal(getattr(signal, name), lambda *_: told_to_stop.set())
    running: list[Service] = []
    try:
        running.extend(service.start() for service in services_of(ROOT, ports))
        watch(running, told_to_stop, lambda: announce(ports, opens_page))
    finally:
        stop(running)


def parse_with_ports(parser: argparse.ArgumentParser, arguments: list[str]) -> argparse.Namespace:
    """Return the options, with the ports of the three programs; exit 2 for impossible ones."""
    names = ("LIVE", "ANALYTICS", "TABLET")
    parser.add_argument("--ports", nargs=3, type=port_number, metavar=names)
    options = parse_with_config(parser, arguments)
    options.ports = options.ports or [live_port(ROOT, PORTS[0]), *PORTS[1:]]
    if len({*options.ports}) < len(PORTS):
        parser.error("3 つのポートは別の数にしてください / the three ports must differ")
    return options


def parse_with_config(parser: argparse.ArgumentParser, arguments: list[str]) -> argparse.Namespace:
    """Return the options, and name the config file of another portfolio to our programs."""
    parser.add_argument("--config", metavar="FILE", help="of another portfolio: CALLRISK_CONFIG")
    options = parser.parse_args(arguments)
    if options.config:
        if not (ROOT / options.config).is_file():
            parser.error(f"{ROOT / options.config}: ファイルがありません / there is no such file")
        os.environ["CALLRISK_CONFIG"] = options.config
    return options


def test(arguments: list[str]) -> int:
    """Set up what is missing, then run pytest and return its exit status."""
    if not (is_installed(ROOT, "product") and is_installed(ROOT, "tests")):
        with only_start(ROOT, "python run.py test"):
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
            "NG python: 部品がまだ入っていないか、欠けているか、古いままです。"
            "入れるには: python run.py",
            "NG python: the libraries are not installed yet, damaged or old. "
            "To install: python run.py",
        )
    held = [f"--held={port}={holder_of(port)}" for port in options.ports if is_taken(port)]
    asked = [*held, "--ports", *map(str, options.ports), *(["--json"] if options.json else [])]
    return doctor_says(*asked)


def doctor_says(*asked: str) -> int:
    """Have the doctor asked in the environment; return its exit status."""
    command = [venv_python(ROOT), "-m", "callrisk.bootstrap.doctor", *asked]
    environment = environment_for(ROOT, PYTHONDONTWRITEBYTECODE="1")
    return subprocess.call(command, cwd=ROOT, env=environment)


def in_environment(name: str, arguments: list[str]) -> int:
    """Run a command of ours in the environment, set up where it is not; return its exit status."""
    parser = argparse.ArgumentParser(prog=f"python run.py {name}")
    if name in WITH_WORDS:
        parser.add_argument("words", nargs=argparse.REMAINDER, help="--help after it tells them")
    options = parse_with_config(parser, arguments)
    if not is_installed(ROOT, "product"):
        with only_start(ROOT, f"python run.py {name}"):
            set_up(ROOT, "product")
    write_env(ROOT)
    words = options.words if name in WITH_WORDS else []
    command = [venv_python(ROOT), "-m", IN_ENVIRONMENT[name], *words]
    return subprocess.call(command, cwd=ROOT, env=environment_for(ROOT))


def keep(command: str, arguments: list[str]) -> int:
    """Back up, restore or verify in the environment; return the exit status."""
    options = parse_with_config(backup_parser(command), arguments)
    where = f"python run.py {command}"
    if not is_installed(ROOT, "product"):  # a fresh machine, on which a backup is to be restored
        with only_start(ROOT, where):
            set_up(ROOT, "product")
    words = passed_on(command, options)
    program = [venv_python(ROOT), "-m", "callrisk.bootstrap.backup", *words]
    # Nothing may be started while the database is put in its place.
    alone = only_start(ROOT, where, portfolio_of(ROOT)) if command == "restore" else None
    with alone or contextlib.nullcontext():
        return subprocess.call(program, cwd=ROOT, env=environment_for(ROOT))


# What the first start makes


def get_ready(port: int, opens_page: bool) -> bool:
    """Take the steps that are due, told by a page at the port; return True if it was opened."""
    due = {words: step for words, step, is_due in steps_of(ROOT) if is_due()}
    write_env(ROOT)
    if not due:
        return False
    steps = [Step(*words) for words in due]
    last = Step("プログラムを起動します", "Starting the programs")
    page = ROOT / "templates" / "starting.html"
    with StartingPage(port, page, [*steps, last]) as shown:
        is_shown = opens_page and open_page(port)
        for step, take in zip(steps, due.values()):  # noqa: B905 - Python 3.8 knows no strict
            with shown.under_way(step):
                say(step.japanese, f"{step.english} ...")
                take()
        last.begin()
    return is_shown


def steps_of(root: Path) -> list[tuple[tuple[str, str], Callable[[], object], Callable[[], bool]]]:
    """Return the steps of the set-up: its words, what takes it, and whether it is due."""
    portfolio = portfolio_of(root)
    raw, champion = root / "data" / "raw" / portfolio, root / "models" / portfolio / "champion.json"

    def has_table() -> bool:
        return any(path.suffix.lower() in {".xlsx", ".csv"} for path in raw.glob("*"))

    def has_table_or_sample() -> bool:
        return has_table() or not (portfolio or is_production(root))

    # The columns of another portfolio are not those of the sample, and production serves no DEMO.
    return [
        (
            ("ライブラリを入れています（数分かかります）", "Installing libraries, some minutes"),
            lambda: set_up(root, "product"),
            lambda: not is_installed(root, "product"),
        ),
        (
            ("サンプルデータを作っています（DEMO）", "Making sample data (DEMO)"),
            lambda: make_sample(root, raw),
            lambda: not (portfolio or has_table() or is_production(root)),
        ),
        (
            ("モデルを学習しています（1 分ほど）", "Training the model, about a minute"),
            lambda: train(root),
            lambda: not champion.exists() and has_table_or_sample(),
        ),
    ]


def make_sample(root: Path, raw: Path) -> None:
    """Make sample data; UserError where that fails."""
    command = [venv_python(root), "-m", "callrisk.sample", "--out", str(raw)]
    if subprocess.call(command, cwd=root, env=environment_for(root)):
        raise UserError("サンプルデータを作れません。", "The sample data could not be made.")


def train(root: Path) -> None:
    """Train a first model; without one the programs run too."""
    command = [venv_python(root), "src/main.py", "--quick"]
    if subprocess.call(command, cwd=root, env=environment_for(root)):
        say("モデルなしで起動します（理由は上）。", "Starting without a model (see above why).")


def announce(ports: list[int], opens_page: bool) -> None:
    """Print the addresses and open the live page in a browser."""
    live, analytics, tablet = addresses(ports)
    say("起動しました（終了は Ctrl-C）", "callrisk is running (Ctrl-C stops it)")
    print(f"  通話 / Live calls   {live}", f"  分析 / Analytics    {analytics}", sep="\n")
    print(f"  現場 / Tablet       {tablet}", flush=True)
    if opens_page:
        open_page(ports[0])


def addresses(ports: list[int]) -> list[str]:
    """Return where the three screens are; in production behind the proxy, under its name."""
    if not is_production(ROOT):
        return [f"http://localhost:{port}" for port in ports]
    name = setting(ROOT, "TRUSTED_HOSTS").partition(",")[0] or "?"
    return [f"https://{name}{path}" for path in ("/", "/manager", "/tablet")]


def open_page(port: int) -> bool:
    """Open the page at a port in a browser; return True if there is one."""
    has_screen = os.name == "nt" or sys.platform == "darwin" or "DISPLAY" in os.environ
    return has_screen and webbrowser.open(f"http://localhost:{port}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
