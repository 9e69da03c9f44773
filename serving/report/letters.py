"""Names from outside, as the page can show them: in its fonts, on one line, whoever typed them."""

import unicodedata
from functools import lru_cache

import typst

INSTEAD = "\u25a1"
"""A character that the page's fonts lack, or none that is seen. The CSV has the name as it is."""
MOST_LETTERS = 60
NAMELESS = "(no name)"
_PROBE = '#set text(font: "Libertinus Serif")\n#set document(title: "probe")\n#sys.inputs.letter'


def on_the_page(text: str) -> str:
    """Return a text in which nothing steers what stands beside it, and every letter can be printed."""
    composed = unicodedata.normalize("NFC", " ".join(text.split()))
    kept = "".join(letter for letter in composed if unicodedata.category(letter)[0] != "C")
    if len(kept) > MOST_LETTERS:
        kept = f"{kept[: MOST_LETTERS - 1]}…"
    return "".join(letter if _is_printable(letter) else INSTEAD for letter in kept) or NAMELESS


@lru_cache(maxsize=4096)
def _is_printable(letter: str) -> bool:
    """Say whether the fonts that typst brings along have the letter: the standard for accessible files refuses one they lack."""
    if letter.isascii():
        return True
    if unicodedata.category(letter)[0] == "M":  # stands on the letter before it, alone it is a box
        return False
    try:
        typst.compile(
            _PROBE.encode(),
            format="pdf",
            ignore_system_fonts=True,
            pdf_standards=["ua-1"],
            sys_inputs={"letter": letter},
            timestamp=0,
        )
    except typst.TypstError:
        return False
    return True
