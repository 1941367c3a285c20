"""Names for files and folders of releases: ASCII, lower case, once in their place."""

import itertools
import re

from django.db.models import QuerySet
from django.utils.text import slugify

LENGTH = 60


def free_slug(name: str, siblings: QuerySet) -> str:
    """Return a slug of `name` that no row of `siblings` has. A name without Latin letters gives x, x-2, …"""
    base = re.sub(r"[^a-z0-9]+", "-", slugify(name)).strip("-")[:LENGTH] or "x"
    taken = set(siblings.filter(slug__startswith=base).values_list("slug", flat=True))
    numbered = (f"{base}-{number}" for number in itertools.count(2))
    return next(slug for slug in itertools.chain([base], numbered) if slug not in taken)
