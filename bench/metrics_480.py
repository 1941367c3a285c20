"""[metrics.480]: how much faster than vos-benchmark J and F of 100 frames of 854x480 are."""

from bench._metric_speed import measure


def run(full: bool) -> dict:
    return measure("metrics.480", (854, 480), 2.0, 9 if full else 5)
