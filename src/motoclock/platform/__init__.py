"""Where the engine meets the machine: one file a seam, each with the little that another platform has to offer in its place.

`switching`  strands of blocking code that hand control to one another (greenlets)
`signals`    Ctrl-C and a look once a second, while a run is in progress
`threads`    which thread this is
`audit`      what code asks of the machine: connections, programs, threads; asked before it happens
`gc`         fewer collections while many small things are made
`dot`        Graphviz's program; the engine draws nothing, so only the course asks this door

Nothing else in either package asks where it runs. A browser, for one, switches by JavaScript promise integration, lays out diagrams
with Graphviz as WebAssembly, has one thread and no signals. A file that does nothing is an honest `audit`, `signals`, `threads`
or `gc`.
"""
