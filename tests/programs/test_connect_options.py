"""The options of the commands of Amazon Connect, when they are nearly right."""

import pytest

from callrisk.bootstrap.connect_command import parse


@pytest.mark.parametrize(
    "options",
    [("--speed", "0"), ("--speed", "-1"), ("--speed", "nan"), ("--speed", "inf"), ("--speed", "x"),
     ("--calls", "0"), ("--calls", "-3"), ("--calls", "1.5")],
)  # fmt: skip
def test_a_number_of_nothing_is_one_line(
    options: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    """It names the option and what was given, in both languages, instead of failing later."""
    with pytest.raises(SystemExit):
        parse("", ["replay", *options])
    last = capsys.readouterr().err.strip().splitlines()[-1]

    assert options[0] in last
    assert repr(options[1]) in last
    assert "0 より大きい数" in last
    assert "above 0" in last


def test_other_numbers_are_taken() -> None:
    """Also parts of one, for slower than life."""
    options = parse("", ["replay", "--speed", "0.5", "--calls", "7"])

    assert (options.speed, options.calls) == (0.5, 7)


def test_without_a_word_everything_is_checked() -> None:
    """Who starts the command as it stands learns what is set up."""
    assert parse("", []).command == "check"
