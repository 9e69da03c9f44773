"""Invented names: put together from syllables, so that nobody real is meant."""

_FIRST = """
Ada Bela Cleo Dario Edda Fenn Gita Hugo Ines Joris Kaya Lars Mina Noor Otis Petra Quinn Rosa Sami
Tove Uma Vito Wren Xenia Yara Zeno Alma Bruno Clara Davor Elin Farid Greta Hana Ivo Juna Kofi Lena
Milo Nela
"""
_ONSET = "Al Bar Cor Dun El Fal Gar Hol Is Jan Kar Lin Mor Nor Ol Pel Quar Ros Sten Tol"
_MIDDLE = "a ber da en i lo ma ne o ri"
_CODA = "by dal feld gard ham ing ley mark nes quist rup sen stad ton vik wald ward wen wood zan"
_FIRST_NAMES, _ONSETS, _MIDDLES, _CODAS = (
    tuple(words.split()) for words in (_FIRST, _ONSET, _MIDDLE, _CODA)
)
_SURNAMES = 4001  # prime, so that it and the forty first names give 160,040 different people
_STRIDE = 1237  # neighbours in number shall not be neighbours in the alphabet


def full_name(number: int) -> tuple[str, str]:
    """Return first and last name of a person's number; equal only for numbers 160,040 apart."""
    place = number % _SURNAMES * _STRIDE % _SURNAMES
    first = _FIRST_NAMES[number % len(_FIRST_NAMES)]
    if place == _SURNAMES - 1:
        return first, "Sandoe"
    onset, rest = divmod(place, len(_MIDDLES) * len(_CODAS))
    middle, coda = divmod(rest, len(_CODAS))
    return first, _ONSETS[onset] + _MIDDLES[middle] + _CODAS[coda]


TELLING = (
    ("Claude", "Sonnet", "claude"),
    ("Cursor", "Pro", "cursor"),
    ("Opus", "Haiku", "opus.haiku"),
    ("May", "June", "may"),
    ("Platform", "Analytics", "platform"),
    ("Gemini", "Flash", "gemini"),
    ("Harbour", "Line", "org-01"),
    ("Dec", "Ember", "2026-11"),
    ("Mobile", "Payments", "payments"),
    ("Ann", "Berg", "ann"),
    ("Ann", "Berg", "joann"),
    ("Maria", "Ann", "maria.ann"),
    ("Key", "Ann", "key-ann"),
    ("Jürgen", "Groß", "jürgen.groß"),
    ("Anna  Lena", "Strauß", "anna.lena"),
    ("Anthropic", "Key", "anthropic"),
    ("Claude", "Code", "claude_code"),
    ("Api", "Key", "api"),
)
"""People whose names and addresses are words of the domain, twice the same, or parts of each other: first and last name, and what stands before the @."""
