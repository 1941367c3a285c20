"""A release goes out as DAVIS 2017 and comes back, by a reader that knows nothing of us, pixel for pixel."""

import numpy as np
import pytest
from PIL import Image

from koutu.accounts.errors import Refused
from koutu.clips.models import Frame
from koutu.releases import actions
from koutu.releases.archive import write_folder
from koutu.releases.formats.palette import png, voc_colours
from koutu.storage import blobs
from tests import factories
from tests.releases import labelling
from tests.releases.davis_reader import Davis
from tests.releases.labelling import box, label, subject


@pytest.fixture
def shot(project):
    return factories.clip(factories.show(project, "Red Court"), frames=4, name="Gate").shots.get()


def export(release, folder):
    write_folder(actions.files(release, "davis2017"), folder, lambda done: None)
    return Davis(folder, "train")


def test_pixels_and_frames_come_back_unchanged(lead, project, shot, tmp_path):
    masks = {index: box(5 + index, 8, 30, 44) for index in range(4)}
    label(subject(shot, 1), masks)
    labelling.accept(shot)
    davis = export(labelling.build(lead, project, val=0), tmp_path / "out")
    assert list(davis.images) == ["red-court_gate_0001"]
    found = davis.objects("red-court_gate_0001")
    assert found.shape == (1, 4, 48, 64)
    assert np.array_equal(found[0], np.stack(list(masks.values())) > 0)
    stored = Frame.objects.filter(clip=shot.clip).select_related("blob__pack").order_by("index")
    sent = [path.read_bytes() for path in davis.images["red-court_gate_0001"]]
    assert sent == [blobs.read(frame.blob) for frame in stored]


def test_people_are_numbered_as_they_are_first_seen(lead, project, shot, tmp_path):
    """Number 2 is there from the start; 1 comes later; 3 never shows a pixel; 4 stands behind 2 until frame 2."""
    here = box(0, 0, 20, 20)
    label(subject(shot, 1), {3: box(40, 0, 60, 20)})
    label(subject(shot, 2), {0: here, 1: here})
    label(subject(shot, 3), {1: np.zeros_like(here)})
    label(subject(shot, 4), {0: here, 1: here, 2: here})
    labelling.accept(shot)
    ids = export(labelling.build(lead, project, val=0), tmp_path / "out").ids("red-court_gate_0001")
    assert [sorted(np.unique(frame)) for frame in ids] == [[0, 1], [0, 1], [0, 2], [0, 3]]


def test_the_one_in_front_owns_the_overlap(lead, project, shot, tmp_path):
    """The crowd stands behind the leads whatever its number; among leads the lower number is in front."""
    label(subject(shot, 1, role="crowd"), dict.fromkeys(range(4), box(0, 0, 30, 30)))
    label(subject(shot, 2), dict.fromkeys(range(4), box(10, 10, 40, 40)))
    label(subject(shot, 3), dict.fromkeys(range(4), box(20, 20, 50, 48)))
    labelling.accept(shot)
    release = labelling.build(lead, project, val=0)
    ids = export(release, tmp_path / "out").ids("red-court_gate_0001")
    expected = np.zeros((48, 64), np.uint8)
    expected[0:30, 0:30] = 1
    expected[20:48, 20:50] = 3
    expected[10:40, 10:40] = 2
    assert all(np.array_equal(frame, expected) for frame in ids)


def test_labels_are_8_bit_palette_with_the_colours_of_pascal_voc(tmp_path):
    path = tmp_path / "label.png"
    path.write_bytes(png(np.array([[0, 1, 2]], np.uint8)))
    assert path.read_bytes()[24:26] == b"\x08\x03", "bit depth 8, colour type palette"
    assert Image.open(path).getpalette()[:9] == [0, 0, 0, 128, 0, 0, 0, 128, 0]
    assert voc_colours()[-3:] == [224, 224, 192]


def test_splits_are_listed_and_no_sequence_stands_in_both(lead, project, tmp_path):
    for name in ("One", "Two", "Three"):
        labelling.accepted_clip(project, show=factories.show(project, name), name="a", frames=5)
    export(labelling.build(lead, project, val=0.3), tmp_path / "out")
    train, val = (Davis(tmp_path / "out", subset).images for subset in ("train", "val"))
    assert (len(train), len(val)) == (2, 1)
    assert not set(train) & set(val)


def test_licences_stand_in_the_card(lead, project, tmp_path):
    show = factories.show(project, "Tears of Steel")
    show.licence, show.attribution = "CC BY 3.0", "(CC) Blender Foundation"
    show.save()
    labelling.accepted_clip(project, show=show)
    export(labelling.build(lead, project, val=0), tmp_path / "out")
    card = (tmp_path / "out" / "README.md").read_text()
    assert "Tears of Steel (`tears-of-steel`): CC BY 3.0. (CC) Blender Foundation" in card
    assert "train: 6 frames in 1 sequences" in card


def test_a_clip_of_png_pictures_is_named_as_a_blocker(lead, project):
    clip = labelling.accepted_clip(project, name="Scans")
    frame = clip.frames.select_related("blob").first()
    with blobs.PackWriter(project.organisation) as pack:
        pack.add("frame", "f" * 64, png(np.zeros((48, 64), np.uint8)))
    frame.blob, frame.sha256 = pack.record()["frame", "f" * 64], "f" * 64
    frame.save()
    with pytest.raises(Refused, match="JPG frames unchanged.*Scans"):
        labelling.build(lead, project)
