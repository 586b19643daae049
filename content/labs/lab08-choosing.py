# %% [markdown]
# # Lab 08 · Choose and defend
#
# Five cases have come in. For each you **choose**: a service, its settings, and the claim of the course that is your reason. The check
# builds *your* choice, sends the case's orders through it, and tells you **what it saw**. It has no opinion, only a run. For four
# of the five there are several services that hold.
#
# - ✓ what was promised held, in each variant of the case.
# - ✗ something happened that must not. The line says what, and to whom.
# - – not attempted.
#
# **Time** about 45 minutes. **You need** sections 1 to 7 of lesson 08; section 9 for task 3, 10 for task 4, and 8 for task 5.

# %%
from sevenways import check, hint
from sevenways.checks.lab08_ways import WAYS
from sevenways.draw.guide import choose

# %%
list(WAYS)

# %% [markdown]
# The ways are those of the lesson, with all care switched on. These are the settings that you may give, and what they are when you don't:
#
# | | settings |
# |---|---|
# | SQS | `batch=10`, `most=None` (maximum concurrency), `receives=5`, `visibility=60` |
# | SQS FIFO | those of SQS; the group is the customer |
# | DynamoDB | `batch=100`, `retries=3`, `lanes=10` |
# | Kinesis | `shards=1`, and those of DynamoDB; the partition key is the customer |
# | Event, SNS, EventBridge, Destinations | none |
#
# And the claims that you may give as a reason:
#
# | | |
# |---|---|
# | S3 | a concurrency setting on the consumer protects a fragile system that it calls (SQS, SQS FIFO, DynamoDB, Kinesis) |
# | S5 | FIFO keeps the order of receipt (SQS FIFO) |
# | N2, E2 | the publisher knows no subscriber (SNS, EventBridge) |
# | N3, E3 | several independent tasks from one event (SNS, EventBridge) |
# | D5, K4 | several functions process independently (DynamoDB, Kinesis) |
# | K1, K6, K7 | high volume from outside; shards are planned; paid by the hour (Kinesis) |
# | S4, A2, N4, E4, L5 | failures are retried without code (SQS and SQS FIFO, Event, SNS, EventBridge, Destinations) |
# | D6, K5 | failures are retried without code, and block what comes after them (DynamoDB, Kinesis) |
#
# The guide of the lesson is here, if you want to ask it first: it says who is out and why. It sets nothing for you.

# %%
choose(written_anyway=True)

# %% [markdown]
# ## Task 1: the invoices
#
# At midnight all invoices of the day come at once. The function calls a printer that takes `capacity` calls at a time and refuses
# the next one. An invoice takes a quarter of a second, and the function may run for 30. **In the end** every invoice is printed, no
# call was refused, and it took no more than twenty seconds.
#
# `invoices` gets the printer's capacity: there are two printers, and the larger one has more to print.

# %% tags=["exercise"]
def invoices(capacity):
    """A service, its settings as a dict, a claim."""
    # BEGIN SOLUTION
    return "SQS", {"most": capacity}, "S3"
    # END SOLUTION

# %%
check("lab08.invoices", invoices)

# %% [markdown]
# Stuck? A check that is not satisfied has a button for hints. This prints them, too, one at each run; for another task, change the name.

# %%
hint("lab08.invoices")

# %% [markdown]
# ## Task 2: the sign-ups
#
# Somebody has signed up. Three teams want to know: `welcome`, `fraud`, `letter`. One of them has deployed a bug today, and each of its runs
# fails. **In the end** each of the other two has heard of every sign-up within ten seconds, and the sender's code names no team.

# %% tags=["exercise"]
def signups():
    """A service, its settings as a dict, a claim."""
    # BEGIN SOLUTION
    return "SNS", {}, "N2"
    # END SOLUTION

# %%
check("lab08.signups", signups)

# %% [markdown]
# ## Task 3: the seats
#
# Seats of six concerts are sold, **for each concert in the order in which they were asked for**. A seat takes a quarter of a second, and
# the function may run for two. A fifth of the calls to the hall's system fail, at random. And `order-60` is for a seat that the hall doesn't
# have: it fails each time. **In the end**, three minutes after the sale began, `order-60` is parked, the other 99 seats are sold, each **once**,
# and none overtook another of its concert. (The concert is the field `customer`.)

# %% tags=["exercise"]
def seats():
    """A service, its settings as a dict, a claim."""
    # BEGIN SOLUTION
    return "Kinesis", {"retries": 5, "batch": 5}, "K5"
    # END SOLUTION

# %%
check("lab08.seats", seats)

# %% [markdown]
# ## Task 4: the clicks
#
# Clicks of the web site, all day and all month. One reader or several want all of them, and the analysts want to read **all of yesterday**
# once more, at any hour of today. There is a budget for the month, Lambda not counted, and no shard is paid for in vain: **one to spare**
# is prudent, two are too many. This task is judged by limits and prices, not by a run.
#
# Kinesis takes one more setting here: `hours=24`, for how long the stream keeps a click, up to a week, which is 168. The prices:
# {fact: prices.KINESIS_PER_SHARD_H}, {fact: prices.KINESIS_EXTENDED_RETENTION_PER_SHARD_H} more if it keeps for longer than a day,
# and {fact: prices.KINESIS_PER_M_PUT_UNITS}, a unit for each started {fact: prices.KINESIS_PUT_UNIT_BYTES} of a click.
#
# `clicks` gets four numbers: clicks a second, bytes a click, readers, dollars a month. There are four such sites, and others will come.

# %% tags=["exercise"]
def clicks(rate, size_bytes, readers, usd_a_month):
    """A service, its settings as a dict, a claim."""
    # BEGIN SOLUTION
    into, out = rate * size_bytes, rate * size_bytes * readers
    shards = max(-(-rate // 1000), -(-into // 1_000_000), -(-out // 2_000_000))
    return "Kinesis", {"shards": shards, "hours": 48}, "K6"
    # END SOLUTION

# %%
check("lab08.clicks", clicks)

# %% [markdown]
# ## Task 5: the night
#
# This one is open. Every night the database restarts and is away for a while, some nights for seconds and some for minutes. And there is
# always one order that fails for good. **Two minutes after** the database is up again an operator looks. **In the end**, when she does,
# all good orders are done, and the bad one is parked where she finds it.
#
# `night` gets how long the restart takes, in seconds. There are three nights.

# %% tags=["exercise"]
def night(outage_s):
    """A service, its settings as a dict, a claim."""
    # BEGIN SOLUTION
    return "SQS", {"visibility": 30, "receives": outage_s // 30 + 3}, "S4"
    # END SOLUTION

# %%
check("lab08.night", night)

# %% [markdown]
# ## When all five are ✓
#
# - Do each case a second time, with another service. For four of them there are at least three that hold. Which one is cheapest?
# - In task 2, the stream of a table holds with three teams. For how many readers is one of its shards made, and who would make the copies
#   for a fifth team?
# - In task 3, make FIFO hold. Which two settings does it need, and what do you pay for them?
# - In task 5, what would you choose if nobody told you how long the restart takes?
# - Write the sixth case yourself: the system that you work on. What must hold in the end, and how would you see that it doesn't?
#
# So much for choosing. What no single service can do, two can, one after the other.
