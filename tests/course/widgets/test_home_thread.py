"""A widget's event may come on a thread of its own; the work is done at home, once."""

import asyncio
import threading

from ipykernel.comm.comm import BaseComm

from sevenways.draw.picture import Picture
from sevenways.widgets import Explorer
from sevenways.widgets.home_thread import HomeThread


def test_from_home_the_work_is_done_at_once():
    done = []
    HomeThread(lambda: done.append(1)).run()
    assert done == [1]


def test_from_another_thread_it_waits_for_home_and_several_calls_become_one():
    done = []

    async def cell():
        home = HomeThread(lambda: done.append(threading.get_ident()))
        elsewhere = threading.Thread(target=lambda: [home.run() for _ in range(3)])
        elsewhere.start()
        elsewhere.join()
        assert done == []  # the cell is still running
        await asyncio.sleep(0)
        await asyncio.sleep(0)

    asyncio.run(cell())
    assert done == [threading.get_ident()]


def test_an_explorer_runs_its_scenario_on_the_thread_of_the_cells():
    threads = []

    def scenario(n=1):
        threads.append(threading.get_ident())
        return Picture("<svg/>", f"n is {n}")

    async def cell():
        explorer = Explorer(scenario, n=(1, 9))
        elsewhere = threading.Thread(target=lambda: explorer.controls["n"].set_trait("value", 4))
        elsewhere.start()
        elsewhere.join()
        await asyncio.sleep(0.01)
        return explorer

    explorer = asyncio.run(cell())
    assert set(threads) == {threading.get_ident()}
    assert "N: 4. n is 4" in explorer.status.value


def test_ipykernel_still_asks_a_comm_for_its_subshell_under_the_name_that_we_answer_to():
    assert callable(BaseComm._reply_subshell_for)


def test_the_events_of_every_control_are_wanted_at_home():
    explorer = Explorer(lambda n=1: Picture("<svg/>", "x"), n=(1, 9))
    for widget in (explorer, explorer.controls["n"], explorer.status, explorer.children[1]):
        assert widget.comm._reply_subshell_for({}, "subshell-1") is None
