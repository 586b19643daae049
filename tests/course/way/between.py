"""What is done between two sections that run in one kernel, so that each begins as in a new one."""

CLOSE = "from motoclock.world import current_world as _world\nif _world(): _world().cloud.close()"
