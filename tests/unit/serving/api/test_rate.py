from serving.api.rate import RateLimit


def test_a_minutes_worth_may_come_at_once_and_then_evenly() -> None:
    now = 0.0
    rate = RateLimit(6, clock=lambda: now)
    assert [rate.wait("a") for _ in range(6)] == [0] * 6
    assert rate.wait("a") == 10
    assert rate.wait("b") == 0
    now = 9.0
    assert rate.wait("a") == 1
    now = 10.0
    assert rate.wait("a") == 0
    assert rate.wait("a") == 10
    now = 1_000.0
    assert [rate.wait("a") for _ in range(7)] == [0] * 6 + [10]
