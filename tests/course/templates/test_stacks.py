"""What stacks do as stacks: updates, deletions, failures, text for numbers, dates in policies, names."""

import json

import boto3
import pytest
from botocore.exceptions import ClientError

from sevenways import Cloud
from tests.engine.templates.sam import bodies, outputs

ROLE = {
    "Type": "AWS::IAM::Role",
    "Properties": {"AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": []}},
}
FUNCTION = {
    "Type": "AWS::Lambda::Function",
    "Properties": {
        "Handler": "index.handler",
        "Runtime": "python3.13",
        "Role": {"Fn::GetAtt": ["Role", "Arn"]},
        "Code": {"ZipFile": "def handler(event, context):\n    print('one')\n"},
        "Timeout": "5",
        "ReservedConcurrentExecutions": "2",
        "Environment": {"Variables": {"N": 1, "YES": True}},
        "Tags": [{"Key": "team", "Value": "blue"}],
    },
}
QUEUE = {"Type": "AWS::SQS::Queue", "Properties": {"VisibilityTimeout": "60", "DelaySeconds": 5}}
MAPPING = {
    "Type": "AWS::Lambda::EventSourceMapping",
    "Properties": {
        "FunctionName": {"Ref": "F"},
        "EventSourceArn": {"Fn::GetAtt": ["Q", "Arn"]},
        "BatchSize": "5",
        "Enabled": "true",
        "FilterCriteria": {"Filters": [{"Pattern": '{"body": {"kind": ["order"]}}'}]},
    },
}


@pytest.fixture
def cloud():
    with Cloud() as cloud:
        yield cloud


@pytest.fixture
def stacks(cloud):
    return boto3.client("cloudformation")


def template(outputs=None, **resources):
    said = {name: {"Value": value} for name, value in (outputs or {}).items()}
    return json.dumps({"Resources": resources, "Outputs": said})


def create(stacks, body, name="s", **more):
    stacks.create_stack(StackName=name, TemplateBody=body, **more)
    return outputs(name)


def update(stacks, body, name="s", **more):
    stacks.update_stack(StackName=name, TemplateBody=body, **more)
    return outputs(name)


def with_properties(resource, **properties):
    kept = {**resource["Properties"], **properties}
    return {**resource, "Properties": {key: value for key, value in kept.items() if value is not None}}


def test_a_mapping_written_in_text_is_live_and_follows_updates(cloud, stacks):
    made = {"Role": ROLE, "F": FUNCTION, "Q": QUEUE, "M": MAPPING}
    url = create(stacks, template({"Url": {"Ref": "Q"}}, **made))["Url"]
    lam = boto3.client("lambda")
    (mapping,) = lam.list_event_source_mappings()["EventSourceMappings"]
    assert (mapping["BatchSize"], mapping["State"]) == (5, "Enabled")
    update(stacks, template({"Url": {"Ref": "Q"}}, **made | {"M": with_properties(MAPPING, Enabled="false")}))
    boto3.client("sqs").send_message(QueueUrl=url, MessageBody='{"kind": "order"}')
    cloud.run(seconds=60)
    assert cloud.summary()["invocations"] == 0
    update(stacks, template({"Url": {"Ref": "Q"}}, **made))
    cloud.run()
    assert cloud.summary()["processed"] == 1
    update(stacks, template({"Url": {"Ref": "Q"}}, **{name: one for name, one in made.items() if name != "M"}))
    assert lam.list_event_source_mappings()["EventSourceMappings"] == []


def test_a_function_follows_updates_of_code_configuration_and_concurrency(cloud, stacks):
    create(stacks, template(Role=ROLE, F=with_properties(FUNCTION, FunctionName="f")))
    lam = boto3.client("lambda")
    configuration = lam.get_function_configuration(FunctionName="f")
    assert configuration["Environment"]["Variables"] == {"N": "1", "YES": "true"}
    assert lam.get_function(FunctionName="f")["Tags"]["team"] == "blue"
    changed = with_properties(
        FUNCTION,
        FunctionName="f",
        Code={"ZipFile": "def handler(event, context):\n    return 'two'\n"},
        Timeout=None,
        ReservedConcurrentExecutions=None,
        Environment=None,
        MemorySize=512,
    )
    update(stacks, template(Role=ROLE, F=changed))
    configuration = lam.get_function_configuration(FunctionName="f")
    assert (configuration["Timeout"], configuration["MemorySize"]) == (3, 512)
    assert not configuration.get("Environment", {}).get("Variables")
    assert "Concurrency" not in lam.get_function(FunctionName="f")
    assert json.loads(lam.invoke(FunctionName="f")["Payload"].read()) == "two"


def test_a_version_and_an_alias_follow_the_code(cloud, stacks):
    version = {"Type": "AWS::Lambda::Version", "Properties": {"FunctionName": {"Ref": "F"}}}
    alias = {
        "Type": "AWS::Lambda::Alias",
        "Properties": {
            "FunctionName": {"Ref": "F"},
            "Name": "live",
            "FunctionVersion": {"Fn::GetAtt": ["V1", "Version"]},
        },
    }
    named = with_properties(FUNCTION, FunctionName="f")
    create(stacks, template(Role=ROLE, F=named, V1=version, A=alias))
    newer = with_properties(named, Code={"ZipFile": "def handler(event, context):\n    return 2\n"})
    update(stacks, template(Role=ROLE, F=newer, V1=version, A=alias))
    moved = with_properties(alias, FunctionVersion={"Fn::GetAtt": ["V2", "Version"]})
    again = {**version, "DeletionPolicy": "Retain"}
    update(stacks, template(Role=ROLE, F=newer, V1=version, V2=again, A=moved))
    answer = boto3.client("lambda").invoke(FunctionName="f:live")["Payload"].read()
    assert answer == b"2"


def test_a_queue_goes_back_to_defaults_and_keeps_its_messages(cloud, stacks):
    url = create(stacks, template({"Url": {"Ref": "Q"}}, Q=QUEUE))["Url"]
    boto3.client("sqs").send_message(QueueUrl=url, MessageBody="kept")
    assert update(stacks, template({"Url": {"Ref": "Q"}}, Q=with_properties(QUEUE, DelaySeconds=None)))["Url"] == url
    names = ["DelaySeconds", "VisibilityTimeout"]
    found = boto3.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
    assert found == {"DelaySeconds": "0", "VisibilityTimeout": "60"}
    cloud.run(seconds=5)
    assert bodies(url) == ["kept"]


def test_fifo_things_get_names_that_end_so(cloud, stacks):
    fifo = {"Type": "AWS::SQS::Queue", "Properties": {"FifoQueue": True, "ContentBasedDeduplication": "true"}}
    topic = {"Type": "AWS::SNS::Topic", "Properties": {"FifoTopic": True}}
    made = create(stacks, template({"Q": {"Ref": "Q"}, "T": {"Ref": "T"}}, Q=fifo, T=topic))
    assert made["Q"].endswith(".fifo") and made["T"].endswith(".fifo")


def test_a_policy_comes_and_goes_with_its_resource(cloud, stacks):
    policy = {
        "Type": "AWS::SQS::QueuePolicy",
        "Properties": {
            "Queues": [{"Ref": "Q"}],
            "PolicyDocument": {
                "Version": "2012-10-17",
                "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "sqs:*", "Resource": "*"}],
            },
        },
    }
    url = create(stacks, template({"Url": {"Ref": "Q"}}, Q=QUEUE, P=policy))["Url"]
    sqs = boto3.client("sqs")
    assert "sqs:*" in sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["Policy"])["Attributes"]["Policy"]
    update(stacks, template({"Url": {"Ref": "Q"}}, Q=QUEUE))
    assert "Policy" not in sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["Policy"]).get("Attributes", {})


def test_a_subscription_follows_updates(cloud, stacks):
    topic = {"Type": "AWS::SNS::Topic"}
    properties = {"TopicArn": {"Ref": "T"}, "Protocol": "sqs", "Endpoint": {"Fn::GetAtt": ["Q", "Arn"]}}
    filtered = {"Type": "AWS::SNS::Subscription", "Properties": {**properties, "FilterPolicy": {"kind": ["a"]}}}
    said = {"Arn": {"Ref": "S"}}
    arn = create(stacks, template(said, T=topic, Q=QUEUE, S=filtered))["Arn"]
    sns = boto3.client("sns")
    assert json.loads(sns.get_subscription_attributes(SubscriptionArn=arn)["Attributes"]["FilterPolicy"]) == {
        "kind": ["a"]
    }
    raw = {"Type": "AWS::SNS::Subscription", "Properties": {**properties, "RawMessageDelivery": True}}
    assert update(stacks, template(said, T=topic, Q=QUEUE, S=raw))["Arn"] == arn
    attributes = sns.get_subscription_attributes(SubscriptionArn=arn)["Attributes"]
    assert attributes["RawMessageDelivery"] == "true"
    assert json.loads(attributes.get("FilterPolicy", "{}")) == {}
    update(stacks, template(T=topic, Q=QUEUE))
    assert sns.list_subscriptions()["Subscriptions"] == []


def test_a_topic_with_subscriptions_inside_follows_updates(cloud, stacks):
    inline = {"Protocol": "sqs", "Endpoint": {"Fn::GetAtt": ["Q", "Arn"]}}
    topic = {"Type": "AWS::SNS::Topic", "Properties": {"Subscription": [inline]}}
    create(stacks, template(T=topic, Q=QUEUE))
    sns = boto3.client("sns")
    assert len(sns.list_subscriptions()["Subscriptions"]) == 1
    update(stacks, template(T=with_properties(topic, Subscription=None, DisplayName="Orders"), Q=QUEUE))
    assert sns.list_subscriptions()["Subscriptions"] == []


def test_a_bus_can_be_referred_to_and_a_rule_updated(cloud, stacks):
    bus = {"Type": "AWS::Events::EventBus", "Properties": {"Name": "shop"}}
    rule = {
        "Type": "AWS::Events::Rule",
        "Properties": {
            "EventBusName": {"Ref": "B"},
            "EventPattern": {"source": ["shop"]},
            "Targets": [
                {"Id": "one", "Arn": {"Fn::GetAtt": ["Q", "Arn"]}},
                {"Id": "two", "Arn": {"Fn::GetAtt": ["Q", "Arn"]}},
            ],
        },
    }
    said = {"Ref": {"Ref": "R"}}
    name = create(stacks, template(said, B=bus, Q=QUEUE, R=rule))["Ref"]
    assert name.startswith("shop|")
    events = boto3.client("events")
    one = with_properties(rule, Targets=rule["Properties"]["Targets"][:1], State="DISABLED")
    assert update(stacks, template(said, B=bus, Q=QUEUE, R=one))["Ref"] == name
    (found,) = events.list_rules(EventBusName="shop")["Rules"]
    assert found["State"] == "DISABLED"
    targets = events.list_targets_by_rule(Rule=found["Name"], EventBusName="shop")["Targets"]
    assert [target["Id"] for target in targets] == ["one"]
    stacks.delete_stack(StackName="s")
    assert [one["Name"] for one in events.list_event_buses()["EventBuses"]] == ["default"]


def test_connections_and_destinations_and_statements_on_buses(cloud, stacks):
    key = {"ApiKeyName": "x-key", "ApiKeyValue": "secret"}
    connection = {
        "Type": "AWS::Events::Connection",
        "Properties": {"AuthorizationType": "API_KEY", "AuthParameters": {"ApiKeyAuthParameters": key}},
    }
    destination = {
        "Type": "AWS::Events::ApiDestination",
        "Properties": {
            "ConnectionArn": {"Fn::GetAtt": ["C", "Arn"]},
            "HttpMethod": "POST",
            "InvocationEndpoint": "https://shop.example/orders",
            "InvocationRateLimitPerSecond": "10",
        },
    }
    statement = {
        "Type": "AWS::Events::EventBusPolicy",
        "Properties": {
            "StatementId": "others",
            "Statement": {
                "Effect": "Allow",
                "Principal": {"AWS": "arn:aws:iam::111122223333:root"},
                "Action": "events:PutEvents",
                "Resource": "arn:aws:events:us-east-1:123456789012:event-bus/default",
            },
        },
    }
    said = {"D": {"Fn::GetAtt": ["D", "Arn"]}}
    create(stacks, template(said, C=connection, D=destination, P=statement))
    events = boto3.client("events")
    (listed,) = events.list_api_destinations()["ApiDestinations"]
    found = events.describe_api_destination(Name=listed["Name"])
    assert (found["HttpMethod"], found["InvocationRateLimitPerSecond"]) == ("POST", 10)
    assert "111122223333" in events.describe_event_bus()["Policy"]
    stacks.delete_stack(StackName="s")
    assert events.list_connections()["Connections"] == []
    assert "Policy" not in events.describe_event_bus()


def test_streams_and_consumers_follow_updates(cloud, stacks):
    stream = {"Type": "AWS::Kinesis::Stream", "Properties": {"Name": "clicks", "ShardCount": 1}}
    consumer = {
        "Type": "AWS::Kinesis::StreamConsumer",
        "Properties": {"ConsumerName": "reader", "StreamARN": {"Fn::GetAtt": ["K", "Arn"]}},
    }
    said = {"Arn": {"Fn::GetAtt": ["C", "ConsumerARN"]}}
    arn = create(stacks, template(said, K=stream, C=consumer))["Arn"]
    kinesis = boto3.client("kinesis")
    assert kinesis.describe_stream_consumer(ConsumerARN=arn)["ConsumerDescription"]["ConsumerName"] == "reader"
    wider = with_properties(stream, ShardCount=2, RetentionPeriodHours=48)
    update(stacks, template(said, K=wider, C=consumer))
    found = kinesis.describe_stream_summary(StreamName="clicks")["StreamDescriptionSummary"]
    assert (found["OpenShardCount"], found["RetentionPeriodHours"]) == (2, 48)
    stacks.delete_stack(StackName="s")
    assert kinesis.list_streams()["StreamNames"] == []


def test_tables_follow_updates(cloud, stacks):
    table = {
        "Type": "AWS::DynamoDB::Table",
        "Properties": {
            "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
            "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        },
    }
    name = create(stacks, template({"Name": {"Ref": "T"}}, T=table))["Name"]
    said = {"Name": {"Ref": "T"}, "Stream": {"Fn::GetAtt": ["T", "StreamArn"]}}
    streaming = with_properties(
        table,
        StreamSpecification={"StreamViewType": "NEW_IMAGE"},
        TimeToLiveSpecification={"AttributeName": "expires", "Enabled": "true"},
    )
    made = update(stacks, template(said, T=streaming))
    assert made["Name"] == name and made["Stream"].endswith("T00:00:00.000")
    update(stacks, template({"Name": {"Ref": "T"}}, T=table))
    dynamodb = boto3.client("dynamodb")
    assert not dynamodb.describe_table(TableName=name)["Table"].get("StreamSpecification", {}).get("StreamEnabled")
    life = dynamodb.describe_time_to_live(TableName=name)["TimeToLiveDescription"]
    assert life["TimeToLiveStatus"] == "DISABLED"


def test_pipes_and_schedules_follow_updates(cloud, stacks):
    pipe = {
        "Type": "AWS::Pipes::Pipe",
        "Properties": {
            "RoleArn": {"Fn::GetAtt": ["Role", "Arn"]},
            "Source": {"Fn::GetAtt": ["Q", "Arn"]},
            "SourceParameters": {"SqsQueueParameters": {"BatchSize": "2"}},
            "Target": {"Fn::GetAtt": ["Q2", "Arn"]},
            "DesiredState": "STOPPED",
        },
    }
    schedule = {
        "Type": "AWS::Scheduler::Schedule",
        "Properties": {
            "ScheduleExpression": "rate(1 hour)",
            "FlexibleTimeWindow": {"Mode": "OFF"},
            "Target": {"Arn": {"Fn::GetAtt": ["Q2", "Arn"]}, "RoleArn": {"Fn::GetAtt": ["Role", "Arn"]}},
        },
    }
    made = {"Role": ROLE, "Q": QUEUE, "Q2": QUEUE, "P": pipe, "S": schedule}
    said = {"Pipe": {"Ref": "P"}, "Schedule": {"Ref": "S"}}
    names = create(stacks, template(said, **made))
    made["P"] = with_properties(pipe, SourceParameters={"SqsQueueParameters": {"BatchSize": 7}})
    made["S"] = with_properties(schedule, ScheduleExpression="rate(2 hours)")
    assert update(stacks, template(said, **made)) == names
    found = boto3.client("pipes").describe_pipe(Name=names["Pipe"])
    assert found["SourceParameters"]["SqsQueueParameters"]["BatchSize"] == 7
    assert boto3.client("scheduler").get_schedule(Name=names["Schedule"])["ScheduleExpression"] == "rate(2 hours)"
    stacks.delete_stack(StackName="s")
    assert boto3.client("pipes").list_pipes()["Pipes"] == []
    assert boto3.client("scheduler").list_schedules()["Schedules"] == []


def test_a_replaced_resource_has_another_id(cloud, stacks):
    said = {"Url": {"Ref": "Q"}}
    before = create(stacks, template(said, Q=QUEUE))["Url"]
    after = update(stacks, template(said, Q=with_properties(QUEUE, QueueName="orders")))["Url"]
    assert before != after
    assert boto3.client("sqs").list_queues()["QueueUrls"] == [after]


def test_a_deleted_stack_leaves_nothing_but_what_is_retained(cloud, stacks):
    made = {"Role": ROLE, "F": FUNCTION, "Q": QUEUE, "M": MAPPING}
    create(stacks, template(**made, Kept={**QUEUE, "DeletionPolicy": "Retain"}))
    stacks.delete_stack(StackName="s")
    assert len(boto3.client("sqs").list_queues()["QueueUrls"]) == 1
    assert boto3.client("lambda").list_functions()["Functions"] == []
    assert boto3.client("lambda").list_event_source_mappings()["EventSourceMappings"] == []


def test_what_was_deleted_by_hand_is_no_hindrance(cloud, stacks):
    url = create(stacks, template({"Url": {"Ref": "Q"}}, Q=QUEUE))["Url"]
    boto3.client("sqs").delete_queue(QueueUrl=url)
    stacks.delete_stack(StackName="s")
    assert stacks.describe_stacks()["Stacks"] == []


def test_a_stack_that_fails_says_why_and_leaves_nothing(cloud, stacks):
    bad = with_properties(MAPPING, BatchSize=20_000)
    with pytest.raises(ClientError, match="batchSize"):
        create(stacks, template(Role=ROLE, F=FUNCTION, Q=QUEUE, M=bad))
    (stack,) = stacks.describe_stacks(StackName="s")["Stacks"]
    assert stack["StackStatus"] == "ROLLBACK_COMPLETE"
    assert "QueueUrls" not in boto3.client("sqs").list_queues()
    create(stacks, template(Role=ROLE, F=FUNCTION, Q=QUEUE, M=MAPPING))


def test_a_misspelt_property_is_refused_in_words(cloud, stacks):
    with pytest.raises(ClientError, match="unsupported property FunctionResponseType"):
        wrong = with_properties(MAPPING, FunctionResponseType=["ReportBatchItemFailures"])
        create(stacks, template(Role=ROLE, F=FUNCTION, Q=QUEUE, M=wrong))


def test_a_template_of_sam_is_told_to_be_translated(cloud, stacks):
    with pytest.raises(ClientError, match="Translate the template first"):
        create(stacks, template(F={"Type": "AWS::Serverless::Function", "Properties": {}}))


def test_code_may_lie_in_a_bucket(cloud, stacks):
    import io
    import zipfile

    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("index.py", "def handler(event, context):\n    return 'from a bucket'\n")
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket="code")
    s3.put_object(Bucket="code", Key="f.zip", Body=packed.getvalue())
    function = with_properties(FUNCTION, FunctionName="f", Code={"S3Bucket": "code", "S3Key": "f.zip"})
    create(stacks, template(Role=ROLE, F=function))
    answer = boto3.client("lambda").invoke(FunctionName="f")["Payload"].read()
    assert json.loads(answer) == "from a bucket"


def test_a_change_set_makes_and_changes_a_stack(cloud, stacks):
    for kind, queue in (("CREATE", QUEUE), ("UPDATE", with_properties(QUEUE, VisibilityTimeout=90, QueueName=None))):
        body = template({"Url": {"Ref": "Q"}}, Q=queue)
        stacks.create_change_set(StackName="s", ChangeSetName=kind, ChangeSetType=kind, TemplateBody=body)
        stacks.execute_change_set(ChangeSetName=kind, StackName="s")
    names = ["VisibilityTimeout"]
    (url,) = boto3.client("sqs").list_queues()["QueueUrls"]
    found = boto3.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
    assert found == {"VisibilityTimeout": "90"}


def test_what_nobody_simulates_is_a_name_and_a_warning(cloud, stacks):
    pool = {"Type": "AWS::Cognito::UserPool", "Properties": {"UserPoolName": "people"}}
    said = {"Ref": {"Ref": "P"}, "Arn": {"Fn::GetAtt": ["P", "Arn"]}}
    with pytest.warns(UserWarning, match="AWS::Cognito::UserPool is not simulated"):
        made = create(stacks, template(said, P=pool, Q=QUEUE))
    assert made["Arn"] == f"arn:aws:cognito:us-east-1:123456789012:userpool/{made['Ref']}"
    assert len(stacks.describe_stack_resources(StackName="s")["StackResources"]) == 2
    stacks.delete_stack(StackName="s")


def test_layers_urls_and_alarms(cloud, stacks):
    url = {"Type": "AWS::Lambda::Url", "Properties": {"AuthType": "NONE", "TargetFunctionArn": {"Ref": "F"}}}
    alarm = {
        "Type": "AWS::CloudWatch::Alarm",
        "Properties": {
            "Namespace": "AWS/SQS",
            "MetricName": "ApproximateNumberOfMessagesVisible",
            "Dimensions": [{"Name": "QueueName", "Value": {"Fn::GetAtt": ["Q", "QueueName"]}}],
            "Statistic": "Maximum",
            "Period": "60",
            "EvaluationPeriods": 1,
            "Threshold": 0,
            "ComparisonOperator": "GreaterThanThreshold",
        },
    }
    said = {"Url": {"Fn::GetAtt": ["U", "FunctionUrl"]}, "Alarm": {"Ref": "A"}}
    made = create(stacks, template(said, Role=ROLE, F=FUNCTION, U=url, Q=QUEUE, A=alarm))
    assert made["Url"].startswith("https://")
    (found,) = boto3.client("cloudwatch").describe_alarms(AlarmNames=[made["Alarm"]])["MetricAlarms"]
    assert (found["Period"], found["Threshold"]) == (60, 0)
    stacks.delete_stack(StackName="s")
    assert boto3.client("cloudwatch").describe_alarms()["MetricAlarms"] == []


def test_a_property_that_the_api_refuses_is_a_validation_error(cloud, stacks):
    with pytest.raises(ClientError, match="Properties validation failed"):
        create(stacks, template(Q=with_properties(QUEUE, Tags="no tags at all")))


def test_what_was_taken_out_of_a_template_is_undone(stacks):
    """Recorded on AWS in December 2025, of a queue; of a topic's tags likewise."""
    tags = [{"Key": "team", "Value": "blue"}, {"Key": "stage", "Value": "test"}]
    full = {
        "KmsMasterKeyId": "alias/aws/sqs",
        "KmsDataKeyReusePeriodSeconds": 297,
        "MaximumMessageSize": 2048,
        "Tags": tags,
    }
    queue, topic = (
        {"Type": "AWS::SQS::Queue", "Properties": full},
        {"Type": "AWS::SNS::Topic", "Properties": {"Tags": tags}},
    )
    said = {"Url": {"Ref": "Q"}, "Arn": {"Ref": "T"}}
    found = create(stacks, template(said, Q=queue, T=topic))
    less = {"Tags": tags[1:], "DelaySeconds": 17}
    update(stacks, template(said, Q={**queue, "Properties": less}, T={**topic, "Properties": {"Tags": tags[1:]}}))
    sqs, sns = boto3.client("sqs"), boto3.client("sns")
    attributes = sqs.get_queue_attributes(QueueUrl=found["Url"], AttributeNames=["All"])["Attributes"]
    assert (attributes["DelaySeconds"], attributes["MaximumMessageSize"]) == ("17", "262144")
    assert not {"KmsMasterKeyId", "KmsDataKeyReusePeriodSeconds"} & set(attributes)
    assert sqs.list_queue_tags(QueueUrl=found["Url"])["Tags"] == {"stage": "test"}
    assert sns.list_tags_for_resource(ResourceArn=found["Arn"])["Tags"] == tags[1:]
