"""Networks work on the device that was asked for, or the server says at its start why they cannot."""

import pytest
from django.core.checks import run_checks

from koutu.config.celery import require_networks
from koutu.config.up import preflight
from koutu.config.up.preflight import CannotStart


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


@pytest.mark.django_db
def test_neither_the_tree_nor_a_worker_starts_with_it(settings):
    settings.DEVICE = "abacus"
    with pytest.raises(CannotStart, match="KOUTU_DEVICE=abacus cannot be used"):
        preflight.require_networks()
    with pytest.raises(SystemExit, match="KOUTU_DEVICE=abacus cannot be used"):
        require_networks()
    settings.DEVICE = "cpu"
    require_networks()
