"""How the templates beside this file become text, with every value escaped where it must be."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape


def rendered(name: str, **values: object) -> str:
    """The template filled with values; a value that is missing is an error, never a blank."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent, encoding="utf-8"),
        # Only the HTML template: entities would be noise in Markdown.
        autoescape=select_autoescape(["html.j2"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    return environment.get_template(name).render(**values)
