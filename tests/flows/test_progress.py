"""The estimate of a reading, with a clock one can count on."""

from flows.progress import Progress
from lib.raw.batches import Counts


def test_windows_to_come_are_taken_for_as_long_as_those_that_are_done():
    instants = iter([100.0, 102.0, 108.0])
    progress = Progress(total=4, clock=lambda: next(instants))
    first, second = progress.add(Counts(read=600)), progress.add(Counts(read=200))
    assert first == {
        "progress": "[#####...............]",
        "windows_done": 1,
        "windows_total": 4,
        "rows_so_far": 600,
        "rows_per_s": 300,
        "seconds_left": 6,
    }
    assert (second["rows_per_s"], second["seconds_left"]) == (100, 8)


def test_the_last_window_leaves_nothing_and_no_time_at_all_is_no_error():
    said = Progress(total=1, clock=lambda: 5.0).add(Counts())
    assert (said["progress"], said["seconds_left"]) == ("[####################]", 0)
    assert said["rows_per_s"] == 0
