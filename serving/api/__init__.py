"""The REST API over the published snapshot: `make serve`, explained in `docs/api.md`.

A request passes the gate (`gate.py`: size, token, rate), then a route, which asks `access.py` whether the token may see
what is asked for. Answers come from one snapshot (`snapshots.py`) and are kept until the next one (`answers.py`).
"""
