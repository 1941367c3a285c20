"""Kinds of jobs as all apps register them."""

from koutu.config.broker import QUEUES
from koutu.jobs import kinds


def test_every_kind_waits_where_a_worker_listens():
    assert {kind.queue for kind in kinds._kinds.values()} <= set(QUEUES)
