"""Draws a script through transitions' own diagrams."""

from __future__ import annotations

from typing import Any, Literal

from transitions.extensions import GraphMachine

from voice_checkin.dialog.compile import END, Compiled
from voice_checkin.dialog.schema import ENDINGS
from voice_checkin.errors import BadInput


class _Place:
    """transitions hangs its graph on a model."""

    state = ""


def _graph(script: Compiled, engine: Literal["graphviz", "mermaid"]) -> Any:
    place = _Place()
    # Mermaid takes a dot in a name for nesting.
    plain = {key: key.replace(".", "_") for key in script.nodes}
    ends = {f"{END}{name}": f"end_{name}" for name in ENDINGS}
    names = {**plain, **ends}
    edges = list(script.edges())
    used = {script.first} | {dest for _, _, dest in edges}
    GraphMachine(
        model=place,
        states=[name for key, name in names.items() if key in used or key in plain],
        transitions=[
            {"trigger": trigger, "source": names[source], "dest": names[dest]}
            for source, trigger, dest in edges
        ],
        initial=names[script.first],
        auto_transitions=False,
        graph_engine=engine,
        title=script.model.title,
    )
    return place.get_graph()  # type: ignore[attr-defined]  # added by transitions


def mermaid(script: Compiled) -> str:
    """Return a Mermaid state diagram."""
    return str(_graph(script, "mermaid").source)


def render_svg(script: Compiled) -> bytes:
    """Return a picture.  Raises `BadInput` where Graphviz is not on the machine."""
    try:
        graph = _graph(script, "graphviz")
        return bytes(graph.pipe(format="svg"))
    except ImportError:
        raise BadInput("Drawing SVG needs Graphviz: pip install graphviz.") from None
    except (OSError, RuntimeError):
        raise BadInput("Drawing SVG needs Graphviz: install Debian's 'graphviz'.") from None
