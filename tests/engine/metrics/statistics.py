"""What CloudWatch tells of a metric."""

import datetime

import boto3


def total(cloud, namespace: str, name: str, stat: str = "Sum", **dimensions: str) -> float:
    found = boto3.client("cloudwatch").get_metric_statistics(
        Namespace=namespace,
        MetricName=name,
        Dimensions=[{"Name": key, "Value": value} for key, value in dimensions.items()],
        StartTime=datetime.datetime(2030, 1, 1, tzinfo=datetime.UTC),
        EndTime=cloud.now + datetime.timedelta(minutes=5),
        Period=60,
        Statistics=[stat],
    )["Datapoints"]
    values = [point[stat] for point in found]
    return sum(values) if stat == "Sum" else max(values, default=0.0)
