"""State that a library keeps in its modules belongs to the environment, as it belongs to the process on Lambda."""

import sys
from types import ModuleType

import pytest

from motoclock.functions.virtual import library_state
from motoclock.functions.virtual.library_state import LibraryState, find_state

SOURCE = """
from enum import Enum
first_time = True
known = {}
alias = known
FULL = {"a": 1}

class Kind(Enum):
    A = 1

class Registry:
    items = []

def begin():
    global first_time
    first_time = False
    known["begun"] = True
    Registry.items.append(1)
"""


@pytest.fixture
def module(monkeypatch):
    monkeypatch.setattr(library_state, "_cells", [])
    made = ModuleType("made_up_library")
    monkeypatch.setitem(sys.modules, "made_up_library", made)
    exec(SOURCE, vars(made))
    find_state(made)
    return made


def test_state_is_found_by_how_it_is_used(module):
    found = {(cell.holder, cell.name) for cell in library_state._cells}
    assert found == {
        (module, "first_time"),
        (module, "known"),
        (module, "alias"),
        (module.Registry, "items"),
    }


def test_environments_do_not_see_each_other(module):
    one, two = LibraryState(), LibraryState()
    one.put_in()
    module.begin()
    one.take_out()
    two.put_in()
    assert (module.first_time, module.known, module.Registry.items) == (True, {}, [])
    two.take_out()
    one.put_in()
    assert (module.first_time, module.known, module.Registry.items) == (False, {"begun": True}, [1])


def test_two_names_of_one_container_stay_one(module):
    state = LibraryState()
    state.put_in()
    assert module.alias is module.known


def test_what_is_loaded_later_starts_afresh(module):
    state = LibraryState()
    state.put_in()
    state.take_out()
    later = ModuleType("made_up_later")
    exec("seen = set()", vars(later))
    find_state(later)
    later.seen.add("somebody else")
    state.put_in()
    assert later.seen == set()
