"""Scheduler requests and answers: the actions whose answers differ from moto's."""

from moto.scheduler.responses import EventBridgeSchedulerResponse

from motoclock.services.model_constraints import ModelConstraints
from motoclock.services.model_errors import ModelErrors


class SevenSchedulerResponse(ModelErrors, ModelConstraints, EventBridgeSchedulerResponse):
    """moto's class, over a `SevenSchedulerBackend`."""

    def update_schedule(self) -> str:
        """moto forgets what is to happen after the last firing."""
        answer = super().update_schedule()
        schedule = self.scheduler_backend.get_schedule(self._get_param("GroupName"), self.uri_match["Name"])
        schedule.action_after_completion = self._get_param("ActionAfterCompletion")
        return answer
