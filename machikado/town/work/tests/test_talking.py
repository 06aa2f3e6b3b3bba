"""質問する: a worker asks something that is about no task; a leader answers; the answer is told and kept."""

import pytest
from django.urls import reverse

from machikado.town.common import clock
from machikado.town.work.actions import questions
from machikado.town.work.actions.questions import MOST_WAITING, CannotAsk
from machikado.town.work.models import Question

NOW = clock.real_now()
WORDS = "来月は、夜だけ働けますか"


def ask(cast, text=WORDS, who="nakajima") -> Question:
    return questions.ask_anything(worker=cast.worker(who), text=text, by=cast.actor(who), now=NOW)


@pytest.mark.smoke
def test_from_the_home_to_the_answer(cast, client_of):
    worker, leader = client_of(cast.nakajima), client_of(cast.ozawa)
    where = reverse("work:questions")
    assert f'href="{where}"' in worker.get(reverse("work:home")).content.decode()
    assert worker.post(where, {"text": WORDS}).url == where
    page = worker.get(where).content.decode()
    assert WORDS in page
    assert "返事を待っています" in page
    assert "1件の質問が、答えを待っています" in worker.get(reverse("work:home")).content.decode()
    question = Question.objects.get()
    told = cast.ozawa.messages.get(kind="work.asked")
    assert told.url == reverse("work:question", args=[question.code])
    assert WORDS not in str(told.params)
    queue = leader.get(reverse("work:reviews"), {"tab": "questions"}).content.decode()
    assert told.url in queue
    assert (
        reverse("work:question", args=[question.code])
        in client_of(cast.momose).get(reverse("work:board")).content.decode()
    )
    assert leader.post(told.url, {"text": "はい、夜だけでもだいじょうぶです。"}).url == told.url
    answer = cast.nakajima.messages.get(kind="work.answered")
    assert answer.url == where
    assert "夜だけでも" in worker.get(where).content.decode()
    assert "夜だけでも" not in client_of(cast.hara).get(where).content.decode()


def test_asking_the_same_twice_is_once_and_ten_wait_at_most(cast):
    assert ask(cast) == ask(cast)
    for number in range(MOST_WAITING - 1):
        ask(cast, text=f"質問{number}")
    with pytest.raises(CannotAsk, match="many"):
        ask(cast, text="もう一つ")
    assert Question.objects.count() == MOST_WAITING


def test_what_cannot_be_sent_stays_on_the_page(cast, client_of):
    worker = client_of(cast.nakajima)
    for number in range(MOST_WAITING):
        ask(cast, text=f"質問{number}")
    page = worker.post(reverse("work:questions"), {"text": "消えない言葉"}).content.decode()
    assert "消えない言葉" in page
    assert 'class="error"' in page
    assert 'class="error"' in worker.post(reverse("work:questions"), {"text": "  "}).content.decode()


def test_it_is_answered_once(cast, client_of):
    question = ask(cast)
    for leader in ("ozawa", "momose"):
        answer = client_of(cast.persons[leader]).post(
            reverse("work:question", args=[question.code]), {"text": f"{leader}です"}, follow=True
        )
    question.refresh_from_db()
    assert question.answer == "ozawaです"
    assert "ozawaです" in answer.content.decode()
