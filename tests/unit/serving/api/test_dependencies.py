"""Nothing that every request passes is sent to a thread and back: FastAPI does so with what is no coroutine."""

import inspect
from collections.abc import Iterator

from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from serving.app import GROUPS, OPEN_GROUPS, PAGES


def _dependencies(dependant: Dependant) -> Iterator[Dependant]:
    for one in dependant.dependencies:
        yield one
        yield from _dependencies(one)


def test_dependencies_and_routes_are_coroutines() -> None:
    routes = [
        route
        for router in (*GROUPS, *OPEN_GROUPS, *PAGES)
        for route in router.routes
        if isinstance(route, APIRoute)
    ]
    called = {
        (route.path, one.call)
        for route in routes
        for one in (route.dependant, *_dependencies(route.dependant))
    }
    assert len(called) > 40
    assert [path for path, call in called if not inspect.iscoroutinefunction(call)] == []
