"""What the measured people do: ask for the next task, or do whole tasks and sometimes press the button twice."""

import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from machikado.bench.counts import Sent
from machikado.bench.load import Answer, Browser, sent_key, together
from machikado.bench.scratch import Hand
from machikado.bench.servers import own_cpu_seconds

NEXT = "/work/next/"
TASK = re.compile(r"/work/a/([0-9A-Z]{10})/$")
HOLDS = 190  # a worker may hold 200 tasks; whoever asks for more than this goes on as the next worker
WARM_UP = 5
# Of ten answers two are sent twice: one again after its answer, one at the same moment over a second connection.
AGAIN, AT_ONCE = 3, 7


@dataclass
class Run:
    """What users saw: seconds of each measured request, codes of the assignments given, answers confirmed, failures."""

    seconds: list[float] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    sent: list[Sent] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    requests: int = 0
    wall_s: float = 0.0
    cpu_s: float = 0.0  # of the clients themselves, warm-up included

    def saw(self, answer: Answer) -> Answer:
        """Note a request."""
        self.requests += 1
        self.seconds.append(answer.seconds)
        return answer


def workers_needed(requests: int) -> int:
    """How many workers one user goes through in so many claims."""
    return -(-(requests + WARM_UP) // HOLDS)


def ask_for_tasks(port: int, users: Sequence[Sequence[Hand]], each: int) -> Run:
    """So many users at once ask so many times each for the next task, as fast as they are answered."""
    return _all_at_once([partial(_ask, port, hands, each) for hands in users])


def do_tasks(port: int, users: Sequence[Hand], each: int) -> Run:
    """So many users at once do whole tasks: next, open the page, hand in."""
    return _all_at_once([partial(_work, port, hand, each) for hand in users])


def _all_at_once(jobs: Sequence[Callable[[], Run]]) -> Run:
    whole = Run()
    cpu = own_cpu_seconds()
    for run in together(jobs):
        whole.seconds += run.seconds
        whole.codes += run.codes
        whole.sent += run.sent
        whole.failures += run.failures
        whole.requests += run.requests
        whole.wall_s = max(whole.wall_s, run.wall_s)
    whole.cpu_s = own_cpu_seconds() - cpu
    return whole


def _ask(port: int, hands: Sequence[Hand], each: int) -> Run:
    run = Run()
    browser = Browser(port, hands[0].session)
    began = time.perf_counter()
    for number in range(WARM_UP + each):
        browser.session = hands[number // HOLDS].session
        if number == WARM_UP:
            run.seconds, run.requests, began = [], 0, time.perf_counter()
        _take(browser, run)
    run.wall_s = time.perf_counter() - began
    browser.close()
    return run


def _take(browser: Browser, run: Run) -> str | None:
    """Ask for the next task; its assignment's code, or None where none was given."""
    answer = run.saw(browser.post(NEXT))
    led_to = TASK.search(answer.location) if answer.is_redirect else None
    if led_to is None:
        run.failures.append(f"next: {answer.status} {answer.location}")
        return None
    run.codes.append(led_to[1])
    return led_to[1]


def _work(port: int, hand: Hand, each: int) -> Run:
    run = Run()
    browser = Browser(port, hand.session)
    began = time.perf_counter()
    for number in range(each):
        code = _take(browser, run)
        if code is not None:
            _do(browser, run, code, number)
    run.wall_s = time.perf_counter() - began
    browser.close()
    return run


def _do(browser: Browser, run: Run, code: str, number: int) -> None:
    """Open a task and hand it in; most people agree on the amount, every seventh answer differs."""
    page = run.saw(browser.get(f"/work/a/{code}/"))
    if page.status != 200:
        run.failures.append(f"task: {page.status}")
        return
    amount = 1200 + (number if number % 7 == 0 else 0)
    form = {"f-amount": str(amount), "f-shop": "見本商店", "seconds": "30", "sent_key": sent_key(page.body)}
    answers = _hand_in(browser, f"/work/a/{code}/submit/", form, number % 10)
    for answer in answers:
        run.saw(answer)
        if not answer.is_redirect:
            run.failures.append(f"submit: {answer.status}")
    if any(answer.is_redirect for answer in answers):
        run.sent.append(Sent(form["sent_key"], code, amount, len(answers)))


def _hand_in(browser: Browser, path: str, form: Mapping[str, str], turn: int) -> list[Answer]:
    """Press the button: once, once more after the answer, or twice at one moment."""
    browser.send_form(path, form)
    if turn != AT_ONCE:
        answer = browser.receive()
        return [answer, browser.post(path, form)] if turn == AGAIN else [answer]
    second = Browser(browser.port, browser.session)
    second.send_form(path, form)
    answers = [browser.receive(), second.receive()]
    second.close()
    return answers
