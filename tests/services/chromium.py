"""The browser of the tests: a real Chromium from the system."""

import os
import shutil

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = (
    "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip


def executable() -> str:
    """Path of the browser: KOUTU_CHROMIUM, else the first of the usual names on PATH."""
    named = os.environ.get("KOUTU_CHROMIUM")
    for name in [named] if named else NAMES:
        if found := shutil.which(name):
            return found
    raise RuntimeError(
        "No Chromium was found. Install one (Debian: apt-get install chromium fonts-noto-cjk) or set KOUTU_CHROMIUM."
    )


def arguments() -> list[str]:
    """Flags for a quiet headless run; root may not use the sandbox."""
    return [*ARGUMENTS, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
