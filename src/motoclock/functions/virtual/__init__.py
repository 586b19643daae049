"""Stand-ins for the modules of the standard library through which a handler meets time, chance and threads.

They are what `import time` yields in a handler. Each looks up the running Task at every call: outside one, they are the real thing, so
they may also be put into third-party modules that are loaded once for all.
"""
