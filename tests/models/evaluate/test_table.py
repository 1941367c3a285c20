"""What a reader of the table sees."""

from dataclasses import replace

from models.evaluate import table
from models.evaluate.scores import NAN, Score

SEEN = Score("walk", 0.9, 0.8, 0.7, 1.0, 0.01, {"hair": 0.5}, near_f=0.25, flicker=-3.04)


def cells(line):
    return dict(zip(table.COLUMNS, [cell.strip() for cell in line.strip("|").split("|")], strict=True))


def test_a_group_alone_needs_no_line_of_all():
    (line,) = table.lines("painted", {"one": [SEEN, SEEN]})
    told = cells(line)
    assert (told["row"], told["set"], told["group"], told["n"]) == ("one", "painted", "walk", "2")
    assert (told["J"], told["near"], told["elsewhere"], told["flicker"]) == ("0.900", "0.250", "", "-3.0")
    assert (told["parts"], told["false area"], told["instance J"]) == ("hair 0.500", "", "")


def test_several_groups_have_a_line_of_all():
    nobody = Score("room", *(NAN,) * 4, 0.02)
    lines = [cells(line) for line in table.lines("painted", {"one": [SEEN, nobody]})]
    assert [line["group"] for line in lines] == ["room", "walk", "all"]
    assert (lines[0]["J"], lines[0]["empty"], lines[0]["false area"]) == ("", "1", "0.0200")
    assert (lines[2]["n"], lines[2]["empty"]) == ("1", "1")


def test_differences_are_told_in_every_figure_there_is_and_every_part():
    better = replace(SEEN, j=0.95, parts={"hair": 0.75})
    found = {"one": [better, better], "other": [SEEN, SEEN]}
    told = [line.split(" | ")[2:5] for line in table.differences("painted", found, "other")][1:]
    assert ["j", "2", "+0.0500"] in told
    assert ["hair", "2", "+0.2500"] in told
    assert not [line for line in told if line[0] in ("far_f", "instance_j")]
