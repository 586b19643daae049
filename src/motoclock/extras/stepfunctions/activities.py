"""Activities: work that a state machine leaves for whoever asks for it with GetActivityTask.

Source: Step Functions developer guide, concepts-activities, and the API reference of GetActivityTask. A worker is a cell, a handler, or
another state machine's `aws-sdk:sfn:getActivityTask`; its answer is that of a task token.
"""

from collections import deque
from collections.abc import Callable
from typing import Any, NamedTuple

from moto.stepfunctions.models import Activity

from motoclock.clock import Signal
from motoclock.facts import stepfunctions as facts
from motoclock.world import the_world

_POLL_S = facts.ACTIVITY_POLL_S.value


class ActivityTask(NamedTuple):
    """What a worker gets. `endpoint`, moto's, is where its answer goes; nobody is `wanted` once the execution ended."""

    token: str
    input: str
    endpoint: Any
    wanted: Callable[[], bool]


class ActivityQueue:
    """The tasks of one activity that nobody has taken yet, in the order in which they came."""

    def __init__(self) -> None:
        self._tasks: deque[ActivityTask] = deque()
        self._arrived: Signal = the_world().clock.signal()

    def put(self, task: ActivityTask) -> None:
        self._tasks.append(task)
        self._arrived.fire()

    def take(self, worker: str | None) -> ActivityTask | None:
        """The task that has waited longest, or None when none comes within the sixty seconds of a poll."""
        clock = the_world().clock
        deadline = clock.now + _POLL_S
        while True:
            task = self._next()
            if task is not None:
                task.endpoint.notify_activity_task_start(worker)
                return task
            left = deadline - clock.now
            if left <= 0:
                return None
            clock.wait(self._arrived, left, foreground=True)

    def _next(self) -> ActivityTask | None:
        """Tasks that timed out, or whose execution was stopped, are gone."""
        while self._tasks:
            task = self._tasks.popleft()
            if task.wanted() and not getattr(task.endpoint, "finished", False):
                return task
        return None


class ActivityQueues:
    """The queue of each activity, by ARN. Deleting an activity deletes its queue; making it anew makes an empty one."""

    def __init__(self, activities: dict[str, Activity]):
        self._activities = activities
        self._queues: dict[str, tuple[Activity, ActivityQueue]] = {}

    def get(self, arn: str) -> ActivityQueue | None:
        """None when there is no such activity."""
        activity = self._activities.get(arn)
        if activity is None:
            return None
        owner, queue = self._queues.get(arn, (None, None))
        if queue is None or owner is not activity:
            queue = ActivityQueue()
            self._queues[arn] = (activity, queue)
        return queue
