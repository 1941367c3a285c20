"""The body of a save: `meta` (JSON) and `tiles` (rasters one after another, deflated or raw)."""

import zlib
from collections.abc import Iterator

from rest_framework import serializers

from annotation.actions.painting import SentPlane
from annotation.models import Revision, RevisionPlane
from koutu.accounts.errors import Invalid
from koutu.clips.models import Clip
from models import planes

MAX_SENT = 64 * 2**20
MOST_PROMPTS = 256  # that a tool asked, of those that a log names


class LayerSerializer(serializers.Serializer):
    """A layer of a save: the whole plane's address, and columns and rows of the tiles sent."""

    address = serializers.RegexField(r"^[0-9a-f]{64}$")
    tiles = serializers.ListField(
        child=serializers.ListField(child=serializers.IntegerField(min_value=0), min_length=2, max_length=2)
    )


class LayersSerializer(serializers.Serializer):
    matte = LayerSerializer(required=False)
    mask = LayerSerializer(required=False)


class ToolSerializer(serializers.Serializer):
    """How often a tool was used, and which prompts it asked."""

    tool = serializers.CharField(max_length=32)
    count = serializers.IntegerField(min_value=1)
    prompts = serializers.ListField(child=serializers.UUIDField(), max_length=MOST_PROMPTS, required=False)

    def to_internal_value(self, data: dict) -> dict:
        """Ids as text: the log is kept as JSON."""
        checked = super().to_internal_value(data)
        return checked | ({"prompts": [str(one) for one in checked["prompts"]]} if "prompts" in checked else {})


class DraftLayersSerializer(serializers.Serializer):
    """A draft holds the matte alone: the mask follows it when the revision is made."""

    matte = LayerSerializer(required=False)

    def to_internal_value(self, data: dict) -> dict:
        """Refuse a layer that would not be kept."""
        checked = super().to_internal_value(data)
        if set(data) - {"matte"}:
            raise serializers.ValidationError("A draft holds the matte alone.")
        return checked


class DraftMetaSerializer(serializers.Serializer):
    parent = serializers.UUIDField(allow_null=True, default=None)
    presence = serializers.ChoiceField(choices=Revision.Presence.choices)
    layers = DraftLayersSerializer(default=dict)
    tools = ToolSerializer(many=True, default=list)
    encoding = serializers.ChoiceField(choices=["deflate", "raw"], default="deflate")


class SaveMetaSerializer(DraftMetaSerializer):
    layers = LayersSerializer(default=dict)
    clip = serializers.UUIDField()
    frame = serializers.IntegerField(min_value=0)
    subject = serializers.UUIDField()
    anchor = serializers.BooleanField(default=False)


class SaveBodySerializer(serializers.Serializer):
    """The multipart form, as the schema shows it."""

    meta = serializers.CharField(help_text="JSON, see the docs of the endpoint")
    tiles = serializers.FileField(required=False)


def sent_planes(clip: Clip, meta: dict, body: bytes) -> dict[str, SentPlane]:
    """Cut the body into the tiles that `meta` names, in the order matte, mask. Raises Invalid."""
    named = [(layer, meta["layers"][layer]) for layer in RevisionPlane.Layer.values[::-1] if layer in meta["layers"]]
    sizes = [size for _, layer in named for size in _sizes(clip, layer["tiles"])]
    if sum(sizes) > MAX_SENT * 4:
        raise Invalid("too_many_tiles", "Send fewer tiles at once.")
    data = _inflate(body, sum(sizes)) if meta["encoding"] == "deflate" else body
    if len(data) != sum(sizes):
        raise Invalid("bad_tile", f"The tiles named need {sum(sizes)} bytes; {len(data)} came.")
    pieces = _cut(data, sizes)
    return {
        layer: SentPlane(sent["address"], [(tx, ty, next(pieces)) for tx, ty in sent["tiles"]]) for layer, sent in named
    }


def _sizes(clip: Clip, tiles: list) -> Iterator[int]:
    for tx, ty in tiles:
        try:
            left, top, right, bottom = planes.tile_box(clip.height, clip.width, tx, ty)
        except planes.PlaneError as error:
            raise Invalid("bad_tile", str(error)) from error
        yield (right - left) * (bottom - top)


def _cut(data: bytes, sizes: list[int]) -> Iterator[bytes]:
    at = 0
    for size in sizes:
        yield data[at : at + size]
        at += size


def _inflate(body: bytes, expected: int) -> bytes:
    """Inflate at most what is expected: a small body must not become a large memory."""
    inflater = zlib.decompressobj()
    try:
        data = inflater.decompress(body, expected + 1) if expected else b""
    except zlib.error as error:
        raise Invalid("bad_tile", f"The tiles cannot be inflated: {error}.") from error
    return data
