"""Descriptive fields. Recorded from November 2024 on; versions from the developer guide, concepts-state-machine-version."""

STATES = {
    "Ask": {"Type": "Pass", "Assign": {"answer": "{% 42 %}"}, "Next": "Check"},
    "Check": {"Type": "Pass", "Output": "{% $answer = $guess or $answer > 1 %}", "End": True},
}


def test_a_machine_says_its_encryption_and_which_variables_its_states_refer_to(machines, cloud):
    machine = machines.make(STATES, QueryLanguage="JSONata")
    execution = machines.start(machine)
    cloud.run()
    for found in (
        machines.client.describe_state_machine(stateMachineArn=machine),
        machines.client.describe_state_machine_for_execution(executionArn=execution),
    ):
        assert found["encryptionConfiguration"] == {"type": "AWS_OWNED_KEY"}
        assert found["variableReferences"] == {"Check": ["answer", "guess"]}


def test_variables_in_calls_of_functions_count(machines):
    call = "States.MathAdd(States.MathAdd($yCurrent, $xCurrent), $bias.now)"
    machine = machines.make({"Sum": {"Type": "Pass", "Parameters": {"x.$": call}, "End": True}})
    found = machines.client.describe_state_machine(stateMachineArn=machine)
    assert found["variableReferences"] == {"Sum": ["bias", "xCurrent", "yCurrent"]}


def test_an_activity_says_its_encryption(machines):
    activity = machines.client.create_activity(name="work")["activityArn"]
    found = machines.client.describe_activity(activityArn=activity)
    assert found["encryptionConfiguration"] == {"type": "AWS_OWNED_KEY"}


def test_the_number_of_a_version_is_never_used_again(machines):
    machine = machines.make({"P": {"Type": "Pass", "End": True}})

    def publish():
        return machines.client.publish_state_machine_version(stateMachineArn=machine)["stateMachineVersionArn"]

    first = publish()
    assert publish() == first  # nothing has changed
    machines.client.delete_state_machine_version(stateMachineVersionArn=first)
    assert publish() == f"{machine}:2"
