"""Networks work on the device that was asked for, or the server says at its start why they cannot."""

import pytest
from django.core.checks import run_checks


def complaints() -> list[str]:
    return [one.msg for one in run_checks() if one.id == "koutu.E008"]


@pytest.mark.django_db
@pytest.mark.parametrize("device", ["cuda:99", "abacus"])
def test_a_device_that_is_not_there_is_told_at_the_start(settings, device):
    settings.DEVICE = device
    (told,) = complaints()
    assert told.startswith(f"KOUTU_DEVICE={device} cannot be used: ")


@pytest.mark.django_db
def test_the_cpu_is_always_there():
    assert complaints() == []
