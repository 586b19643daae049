"""Fragile HTTP systems inside the Cloud: a database, a payment provider, whatever a handler calls and must not overrun.

Handlers call them with ordinary HTTP code (requests, urllib3, urllib.request, http.client, httpx) that would work
unchanged in AWS. Time is virtual, the client's timeouts included. The seam that leads those clients here is
`services/seams/http_inside.py`.
"""

from motoclock.downstream.aws_hosts import is_aws
from motoclock.downstream.exchange import Answer, Exchange, Request
from motoclock.downstream.system import Downstream, Handler, downstream_at

__all__ = ["Answer", "Downstream", "Exchange", "Handler", "Request", "downstream_at", "is_aws"]
