"""moto's Scheduler backend with AWS's checks and our announcements. One a region and account, as moto makes them."""

from typing import Any

from moto.scheduler.exceptions import ScheduleGroupNotFound, ValidationException
from moto.scheduler.models import EventBridgeSchedulerBackend, Schedule, ScheduleGroup

from motoclock import announcements
from motoclock.extras.scheduler.checks import GroupExists, check_schedule
from motoclock.world import the_world

_DEFAULT = "default"


class SevenSchedulerBackend(EventBridgeSchedulerBackend):
    """moto's backend, with checks and announcements."""

    @property
    def _url_module(self) -> Any:
        from motoclock.extras.scheduler import urls

        return urls

    def create_schedule(self, **settings: Any) -> Schedule:
        group = settings.get("group_name") or _DEFAULT
        if group not in self.schedule_groups:
            raise ScheduleGroupNotFound(group)
        check_schedule(settings, the_world().clock.datetime)
        schedule = super().create_schedule(**settings)
        the_world().announce(announcements.SCHEDULER_CHANGED, schedule)
        return schedule

    def update_schedule(self, **settings: Any) -> Schedule:
        check_schedule(settings, the_world().clock.datetime)
        schedule = super().update_schedule(**settings)
        schedule.state = settings.get("state") or "ENABLED"
        the_world().announce(announcements.SCHEDULER_CHANGED, schedule)
        return schedule

    def delete_schedule(self, group_name: str | None, name: str) -> None:
        schedule = self.get_schedule(group_name, name)
        super().delete_schedule(group_name, name)
        the_world().announce(announcements.SCHEDULER_DELETED, schedule)

    def create_schedule_group(self, name: str, tags: list[dict[str, str]]) -> ScheduleGroup:
        if name in self.schedule_groups:
            raise GroupExists(name)
        return super().create_schedule_group(name, tags)

    def delete_schedule_group(self, name: str | None) -> None:
        """The group with its schedules. Modelled: at once, where AWS lets it be DELETING for a while."""
        group = self.get_schedule_group(name)
        if group.name == _DEFAULT:
            raise ValidationException("The default schedule group can't be deleted.")
        for schedule in list(group.schedules.values()):
            self.delete_schedule(schedule.group_name, schedule.name)
        super().delete_schedule_group(name)
