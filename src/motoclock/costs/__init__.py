"""What a trace would cost in AWS, at list prices.

bill        every service's lines
kinesis     what streams are paid for by the hour, measured
"""

from motoclock.costs.bill import CostLine, costs, total_usd

__all__ = ["CostLine", "costs", "total_usd"]
