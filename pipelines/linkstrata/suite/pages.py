"""A notebook that was run as one HTML page: prose, figures and tables to be read, the code folded beneath them.

The page opens offline, loads nothing and has no way to send anything: its policy allows its own scripts alone.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import mistune
import nbformat
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from plotly.offline import get_plotlyjs
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer, SqlLexer

from linkstrata import __version__
from linkstrata.charts.theme import LIGHT
from linkstrata.notebook import FIGURE

_TEMPLATE = Path(__file__).parent / "template"
_SCRIPT = (_TEMPLATE / "page.js").read_text("utf-8")


def write_page(notebook: nbformat.NotebookNode, path: Path) -> None:
    """Writes a notebook with its outputs as a page, in place of an older one."""
    figures: dict[str, Any] = {}
    parts = list(_parts(notebook, figures))
    scripts = [get_plotlyjs(), _SCRIPT] if figures else []
    _write(
        path,
        "page.html",
        title=_title(notebook),
        parts=parts,
        drawn=Markup(json.dumps(figures, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")),
        scripts=[Markup(script) for script in scripts],
        policy=_policy(scripts),
    )


def write_contents(folder: Path, names: Sequence[str]) -> Path:
    """Writes the page that lists those of the named notebooks whose pages are there."""
    pages = []
    for name in names:
        page = folder / f"{name}.html"
        if page.exists():
            found = re.search("<title>(.*?)</title>", page.read_text("utf-8")[:4000])
            pages.append({"address": page.name, "number": name[:2], "title": Markup(found[1] if found else name)})
    path = folder / "index.html"
    _write(path, "contents.html", pages=pages, policy=_policy([]))
    return path


def _write(path: Path, template: str, **values: Any) -> None:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATE), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    style = (_TEMPLATE / "page.css").read_text("utf-8") + HtmlFormatter(style="friendly").get_style_defs(".code")
    page = environment.get_template(template).render(style=Markup(style), theme=LIGHT, version=__version__, **values)
    unfinished = path.with_name(f".{path.name}.unfinished")
    unfinished.write_text(page, encoding="utf-8")
    unfinished.replace(path)


def _policy(scripts: Sequence[str]) -> str:
    """What the page may do: run these very scripts and show its own styles and pictures. It may fetch nothing."""
    digests = (base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts)
    allowed = " ".join(f"'sha256-{digest}'" for digest in digests) or "'none'"
    return (
        f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'; img-src data: blob:; "
        "base-uri 'none'; form-action 'none'"
    )


def _title(notebook: nbformat.NotebookNode) -> str:
    """The first heading."""
    found = re.search(r"^# (.+)$", notebook.cells[0].source, re.MULTILINE)
    return found[1] if found else "Notebook"


def _parts(notebook: nbformat.NotebookNode, figures: dict[str, Any]) -> Iterator[Mapping[str, Any]]:
    """What the page shows, from top to bottom; figures go into `figures` under the id of their place."""
    prose = mistune.create_markdown(escape=True, plugins=["table"])
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            yield {"kind": "prose", "html": Markup(prose(cell.source))}
            continue
        for output in cell.get("outputs", []):
            yield from _shown(output, figures)
        yield {"kind": "code", "html": Markup(_coloured(cell.source))}


def _shown(output: Mapping[str, Any], figures: dict[str, Any]) -> Iterator[Mapping[str, Any]]:
    """An output as a figure, a table or lines, whichever says most."""
    if output["output_type"] == "stream":
        yield {"kind": "said", "lines": output["text"].strip().splitlines()}
        return
    data = output.get("data", {})
    if FIGURE in data:
        place = f"figure-{len(figures) + 1}"
        figures[place] = data[FIGURE]
        yield {"kind": "figure", "id": place, "height": data[FIGURE]["layout"]["height"]}
    elif "text/html" in data:
        yield {"kind": "table", "html": Markup(data["text/html"])}
    elif "text/plain" in data:
        yield {"kind": "said", "lines": data["text/plain"].splitlines()}


def _coloured(source: str) -> str:
    first, _, rest = source.partition("\n")
    if not first.startswith("%%sql"):
        return str(highlight(source, PythonLexer(), HtmlFormatter(cssclass="code")))
    return str(highlight(f"-- {first}\n{rest}", SqlLexer(), HtmlFormatter(cssclass="code")))
