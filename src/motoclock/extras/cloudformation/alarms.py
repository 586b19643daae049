"""AWS::CloudWatch::Alarm in templates: nearly every dead-letter queue has one."""

from motoclock.extras.cloudformation.resources import Properties, Resource, call, tags_of


class Alarm(Resource):
    """Ref: the alarm's name. Modelled: an alarm is kept, and never goes off."""

    TYPE, NAME = "AWS::CloudWatch::Alarm", "AlarmName"
    REPLACED_FOR = ("AlarmName",)
    ATTRIBUTES = ("Arn",)

    def make(self) -> None:
        self.change({})
        self.id = self.name
        (found,) = call("cloudwatch", "describe_alarms", AlarmNames=[self.name])["MetricAlarms"]
        self.attributes = {"Arn": found["AlarmArn"]}

    def change(self, before: Properties) -> None:
        call("cloudwatch", "put_metric_alarm", **self.wanted("Tags"), Tags=tags_of(self.properties))

    def remove(self) -> None:
        call("cloudwatch", "delete_alarms", AlarmNames=[self.id])


TYPES = (Alarm,)
