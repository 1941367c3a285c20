"""[metrics.1080]: how much faster than vos-benchmark J and F of 100 frames of 1920x1080 are."""

from bench._metric_speed import measure


def run(full: bool) -> dict:
    return measure("metrics.1080", (1920, 1080), 4.0, 7 if full else 3)
