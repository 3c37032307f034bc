"""Background work: what is asked last is answered at last, nothing twice."""

import threading

from app.views.background import Background


def test_the_last_question_is_answered_and_what_came_between_is_dropped():
    begun, go = threading.Event(), threading.Event()
    told = []
    background = Background(lambda: told.append(background.answer), rest=0.0)
    done = []

    def slow():
        begun.set()
        go.wait(30)
        done.append("first")
        return "first"

    background.ask(1, slow)
    assert begun.wait(30)
    for k in (2, 3, 4):
        background.ask(k, lambda k=k: done.append(k) or k)
    assert background.answer is None
    go.set()
    background.join()
    assert done == ["first", 4] and told == ["first", 4] and background.answer == 4


def test_a_question_just_answered_is_not_answered_again():
    done = []
    background = Background(lambda: None, rest=0.0)
    for _ in range(3):
        background.ask("same", lambda: done.append(1))
        background.join()
    assert done == [1]
    background.ask("other", lambda: done.append(2) or 2)
    background.join()
    assert done == [1, 2] and background.answer == 2


def test_a_failure_leaves_no_answer_and_the_next_question_is_answered(caplog):
    background = Background(lambda: None, rest=0.0)
    background.ask(1, lambda: 1 / 0)
    background.join()
    assert background.answer is None and "background" in caplog.text
    background.ask(2, lambda: "well")
    background.join()
    assert background.answer == "well"
