"""Programs that draw are started when they are needed, and replaced when they break."""

import io
import json
import os

import pytest

from serving.web.drawers import Drawers, DrawingError
from serving.web.drawing import NICENESS, serve
from serving.web.marks import Spec

SPEC: Spec = {
    "width": 40,
    "data": {"values": [{"x": 1, "word": "cursor"}]},
    "mark": "bar",
    "encoding": {"x": {"field": "x", "type": "quantitative"}},
}


def test_each_line_is_answered_with_a_length_and_a_picture() -> None:
    asked = [("svg", SPEC), ("svg", {"width": 1, "mark": "nothing"}), ("png", SPEC)]
    lines = b"".join(
        json.dumps({"form": form, "spec": spec}).encode() + b"\n" for form, spec in asked
    )
    answers = io.BytesIO()
    serve(io.BytesIO(lines), answers)
    answers.seek(0)
    found = [answers.read(int(answers.readline())) for _ in asked]
    assert found[0].startswith(b"<svg")
    assert found[1] == b""
    assert found[2].startswith(b"\x89PNG")


def test_a_program_that_broke_is_replaced() -> None:
    drawers = Drawers(1)
    try:
        first = drawers.draw(SPEC)
        drawer = drawers._free.get()
        drawers._free.put(drawer)
        assert drawer is not None
        process_id = drawer._program.pid
        assert os.getpriority(os.PRIO_PROCESS, process_id) >= min(19, os.nice(0) + NICENESS)
        assert os.getsid(process_id) == os.getsid(0), "its share is taken from all pages"
        assert os.getpgid(process_id) == process_id, "Ctrl-C is not for it"
        drawer._program.kill()
        drawer._program.wait()
        with pytest.raises(DrawingError):
            drawers.draw(SPEC)
        assert drawers.draw(SPEC) == first
        with pytest.raises(DrawingError, match="cannot be drawn"):
            drawers.draw({"width": 1, "mark": "nothing"})
        assert drawers.draw(SPEC) == first, "what cannot be drawn breaks no program"
    finally:
        drawers.end()
