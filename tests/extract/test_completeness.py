"""Completeness: holes in dense id ranges are named, and what no route saw is estimated with its uncertainty."""

from __future__ import annotations

import random
import time

import pytest

from portal_crawler.extract.completeness import IdRange, compare_routes, id_spaces, missing_ids
from portal_crawler.extract.recapture import estimate_total


def keys(*numbers: int, name: str = "p.example/lists/tin") -> set[str]:
    return {f"{name}#{number}" for number in numbers}


class TestEstimate:
    def test_chapmans_example(self) -> None:
        """Ten marked, fifteen caught, five of them marked: 11 * 16 / 6 - 1."""
        estimate = estimate_total(keys(*range(10)), keys(*range(5, 20)), ("listing", "feed"))
        assert estimate.total == pytest.approx(28.33, abs=0.01)
        assert (estimate.first_count, estimate.second_count, estimate.both, estimate.seen) == (10, 15, 5, 20)
        assert estimate.high is not None
        assert estimate.low < estimate.total < estimate.high
        assert estimate.low >= estimate.seen
        assert "share only 5" in estimate.caveat

    def test_routes_that_agree_leave_nothing_unseen(self) -> None:
        estimate = estimate_total(keys(*range(2000)), keys(*range(2000)))
        assert estimate.total == pytest.approx(2000)
        assert (estimate.low, estimate.high) == (2000, 2000)
        assert estimate.caveat == ""

    def test_routes_that_share_nothing_say_so(self) -> None:
        assert "share only 0" in estimate_total(keys(1, 2), keys(3)).caveat
        assert estimate_total(keys(1, 2), keys(3)).high is None
        assert "no estimate" in estimate_total(keys(1, 2), set()).caveat

    def test_the_interval_holds_the_truth_about_as_often_as_it_claims(self) -> None:
        chance = random.Random(7)
        hits = 0
        for _ in range(300):
            population = [f"p#{n}" for n in range(400)]
            first = {key for key in population if chance.random() < 0.8}
            second = {key for key in population if chance.random() < 0.3}
            estimate = estimate_total(first, second)
            hits += estimate.low <= 400 <= (estimate.high or 0)
        assert 0.93 <= hits / 300 <= 0.995

    def test_a_small_sample_that_the_listing_holds_wholly(self) -> None:
        """Thirty of thirty: by the rule of three the listing may still lack about a tenth."""
        estimate = estimate_total(keys(*range(2000)), keys(*range(30)))
        assert (estimate.total, estimate.low) == (2000, 2000)
        assert estimate.high is not None
        assert 2200 < estimate.high < 2300

    def test_large_sets_are_estimated_fast(self) -> None:
        before = time.process_time()
        estimate = estimate_total(keys(*range(60_000)), keys(*range(40_000, 100_000)))
        assert estimate.low < 180_000 < (estimate.high or 0)
        assert time.process_time() - before < 2


class TestMissingIds:
    def test_holes_in_a_dense_range(self) -> None:
        known = [n for n in range(1, 101) if n not in {7, 40, 41, 42}]
        assert missing_ids(known) == (IdRange(first=7, last=7), IdRange(first=40, last=42))

    def test_what_is_missing_before_the_first_counts_from_one(self) -> None:
        assert missing_ids(range(4, 50)) == (IdRange(first=1, last=3),)

    def test_sparse_ids_prove_nothing(self) -> None:
        assert missing_ids([5000, 9000, 12000, 53116]) == ()
        assert missing_ids(range(100, 2000, 7)) == ()

    def test_a_jump_between_two_dense_stretches_is_no_hole(self) -> None:
        assert missing_ids([*range(1, 60), *range(5000, 5060)]) == ()

    def test_one_or_no_id_has_no_holes(self) -> None:
        assert missing_ids([]) == missing_ids([1]) == ()


class TestSpaces:
    def test_lists_are_told_apart_and_largest_first(self) -> None:
        spaces = id_spaces(keys(1, 2, name="p/a") | keys(1, 2, 3, 5, name="p/b") | {"p/pages/x.aspx", "p/c#ten"})
        assert [(space.name, space.found, space.first, space.last, space.missing_count) for space in spaces] == [
            ("p/b", 4, 1, 5, 1),
            ("p/a", 2, 1, 2, 0),
        ]

    def test_missing_keys_come_newest_first_and_bounded(self) -> None:
        (space,) = id_spaces(keys(*(n for n in range(1, 50) if n not in {10, 11, 30})))
        assert space.missing_keys(2) == ("p.example/lists/tin#30", "p.example/lists/tin#11")


class TestRoutes:
    def test_routes_are_compared_and_missing_ids_explained(self) -> None:
        found = {key: {"listing"} for key in keys(*(n for n in range(1, 41) if n not in {8, 20}))}
        for number in range(30, 41):
            found[f"p.example/lists/tin#{number}"] = {"listing", "feed"}
        found["p.example/lists/tin#41"] = {"feed"}
        report = compare_routes(found, {"p.example/lists/tin#8": "http_404", "p.example/lists/tin#999": "timeout"})
        assert report.found == 39
        assert [(route.name, route.found, route.alone) for route in report.routes] == [
            ("listing", 38, 27),
            ("feed", 12, 1),
        ]
        assert report.explained == (("p.example/lists/tin#8", "http_404"),)
        assert report.unexplained == ("p.example/lists/tin#20",)
        (estimate,) = report.estimates
        assert (estimate.first, estimate.second, estimate.both) == ("feed", "listing", 11)

    def test_probing_is_no_independent_route(self) -> None:
        report = compare_routes({"p#1": {"listing"}, "p#2": {"ids"}}, {})
        assert report.estimates == ()

    def test_what_was_asked_or_is_shown_is_no_hole(self) -> None:
        """Ids that failed keep a stretch dense; those of other addresses and of rows in lists are told elsewhere."""
        found = {key: {"listing"} for key in keys(*range(1, 11), *range(41, 51))}
        failed = dict.fromkeys(keys(*range(12, 41, 2)), "http_404")
        assert compare_routes(found, {}).unexplained == ()
        report = compare_routes(found, failed, elsewhere=keys(11, 40))
        assert [key.partition("#")[2] for key in report.unexplained[:2]] == ["39", "37"]
        assert len(report.unexplained) == 14
        assert [key.partition("#")[2] for key, _ in report.explained] == [str(n) for n in range(38, 11, -2)]
        assert report.lists[0].found == 20

    def test_an_archive_is_measured_by_what_its_pages_show_and_it_does_not_hold(self) -> None:
        """Whatever is stored came out of the archive: by that alone nothing would ever be missing."""
        found = {key: {"warc", "listing"} for key in keys(*range(1, 41))} | {
            key: {"warc"} for key in keys(*range(41, 61))
        }
        pending = {key: {"listing"} for key in keys(*range(61, 81))}
        (alone,) = compare_routes(found, {}).estimates
        assert alone.unseen(60) == (0, 0, (alone.high or 0) - 60)
        report = compare_routes(found, {}, pending=pending)
        (best,) = report.estimates
        assert (report.found, report.seen, best.both) == (60, 80, 40)
        assert best.total == pytest.approx(61 * 61 / 41 - 1)
        assert best.unseen(report.seen)[0] == 10
        assert [(route.name, route.found, route.pending) for route in report.routes] == [
            ("warc", 60, 0),
            ("listing", 40, 20),
        ]

    def test_holes_beyond_the_limit_are_counted(self) -> None:
        report = compare_routes({key: {"listing"} for key in keys(*range(1, 40, 2))}, {}, limit=5)
        assert (len(report.unexplained), report.not_named) == (5, 14)

    def test_an_estimate_that_other_routes_refute_says_so(self) -> None:
        """The feed shows only what the listing shows, so the two alone would promise that nothing is missing."""
        found = {key: {"listing"} for key in keys(*range(100))}
        found |= {key: {"listing", "feed"} for key in keys(*range(90))}
        found |= {key: {"sitemap"} for key in keys(*range(500, 600))}
        (best,) = (one for one in compare_routes(found, {}).estimates if {one.first, one.second} == {"feed", "listing"})
        assert "saw 200, more than these two allow" in best.caveat
        assert best.unseen(200) == (0, 0, 0)

    def test_sound_estimates_stand_before_doubtful_ones(self) -> None:
        found = {key: {"listing", "sitemap"} for key in keys(*range(50))}
        found |= {key: {"feed", "listing"} for key in keys(*range(3))}
        estimates = compare_routes(found, {}).estimates
        assert [bool(one.caveat) for one in estimates] == sorted(bool(one.caveat) for one in estimates)
        assert (estimates[0].first, estimates[0].second) == ("listing", "sitemap")
        assert estimates[0].unseen(50) == (0, 0, estimates[0].high - 50 if estimates[0].high else None)

    def test_nothing_found_is_an_empty_report(self) -> None:
        report = compare_routes({}, {})
        assert (report.found, report.lists, report.estimates, report.unexplained) == (0, (), (), ())
