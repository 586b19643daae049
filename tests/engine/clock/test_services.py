"""The services of a world: there from the opening of its Cloud to its end, by name and type, never by text."""

import dataclasses

import pytest

from motoclock import Cloud
from motoclock.extras.stepfunctions import StepFunctions
from motoclock.functions import LambdaService
from motoclock.world import NoCloudOpen, Options, Services, World


def test_an_open_cloud_has_all_of_its_services_and_none_can_be_exchanged():
    with Cloud() as cloud:
        services = cloud._world.services
        assert all(getattr(services, field.name) is not None for field in dataclasses.fields(Services))
        assert isinstance(services.functions, LambdaService)
        assert isinstance(services.state_machines, StepFunctions)
        with pytest.raises(dataclasses.FrozenInstanceError):
            services.functions = None


def test_before_and_after_there_are_none_and_a_sentence_says_so():
    with pytest.raises(NoCloudOpen, match="have not started"):
        _ = World(Options()).services
    with Cloud() as cloud:
        world = cloud._world
    with pytest.raises(NoCloudOpen, match="or its Cloud was closed"):
        _ = world.services


def test_two_worlds_share_no_service():
    with Cloud() as first:
        ours = first._world.services
        with Cloud() as second:
            theirs = second._world.services
            assert ours.senders is not theirs.senders
            assert ours.permissions_noted is not theirs.permissions_noted
            assert ours.functions is not theirs.functions
