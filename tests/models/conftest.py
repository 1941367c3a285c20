"""One thread, where sums must have one order and where several processes of tests share the cores."""

import pytest


@pytest.fixture(scope="module")
def one_thread():
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)
