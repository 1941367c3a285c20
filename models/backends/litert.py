"""Networks of the TensorFlow Lite format, run by ai-edge-litert."""

from pathlib import Path
from typing import Any

import numpy as np


def open_runner(path: Path, threads: int) -> Any:
    """The network of a .tflite file, ready to run on so many threads."""
    from ai_edge_litert.interpreter import Interpreter

    runner = Interpreter(model_path=str(path), num_threads=threads)
    runner.allocate_tensors()
    return runner


def run(runner: Any, picture: np.ndarray) -> dict[tuple[int, ...], np.ndarray]:
    """All that the network answers to `picture` (height, width, 3) float32, by shape without the batch."""
    runner.set_tensor(runner.get_input_details()[0]["index"], picture[None])
    runner.invoke()
    answers = (runner.get_tensor(given["index"])[0] for given in runner.get_output_details())
    return {answer.shape: answer.copy() for answer in answers}
