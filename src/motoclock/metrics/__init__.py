"""CloudWatch's own metrics, told from the trace: what a learner would look for on a dashboard, in virtual time.

Names, dimensions and units are AWS's (the "Monitoring" page of each service's guide). Modelled: a count is one data point at the moment
it happened, and the queue's gauges are read once a minute while they change; AWS publishes both as one-minute sums and averages. Polls
of a stream that find nothing leave no point, and a mapping that waits for its share of a shard is not counted as refused.

reading     every data point of a trace, in order
queues, functions, streams, stream_queues, routing   what each kind of service adds to what is counted one by one
"""

from motoclock.metrics.point import Point
from motoclock.metrics.reading import points

__all__ = ["Point", "points"]
