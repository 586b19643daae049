"""What is left to chance repeats with the seed, and one question never shifts the answers to another."""

from motoclock.chance import Chance


def answers(chance: Chance) -> list[object]:
    return [(chance.twice("events.duplicates"), chance.latency_s("events.order", 0.5)) for _ in range(50)]


def test_the_same_seed_gives_the_same_answers_and_another_seed_others():
    assert answers(Chance(7, 0.5, True)) == answers(Chance(7, 0.5, True)) != answers(Chance(8, 0.5, True))


def test_drawing_from_one_stream_shifts_no_other():
    plain, disturbed = Chance(7, 0.5, True), Chance(7, 0.5, True)
    for _ in range(3):
        disturbed.twice("sqs.duplicates")
    assert answers(plain) == answers(disturbed)


def test_without_duplicates_and_reorder_nothing_is_drawn():
    chance = Chance(7, 0.0, False)
    fresh = [Chance(7, 0.0, False).stream(name).random() for name in ("a.duplicates", "a.order")]
    assert not chance.twice("a.duplicates")
    assert chance.latency_s("a.order", 0.5) == 0.5
    assert chance.shuffle("a.order") is None
    assert [chance.stream(name).random() for name in ("a.duplicates", "a.order")] == fresh


def test_duplicates_is_the_share_and_a_latency_at_most_doubles():
    chance = Chance(7, 0.25, True)
    assert 200 < sum(chance.twice("d") for _ in range(1000)) < 300
    assert all(0.5 <= chance.latency_s("o", 0.5) < 1.0 for _ in range(1000))
