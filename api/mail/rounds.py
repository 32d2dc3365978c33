"""Going round those who want mail: each is told what happened since they were told last, and once."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from logging import getLogger

from api.doors.languages import words
from api.keys import Keys
from api.mail.news import News, Section
from api.mail.people import Recipients, Wish, token_of
from api.mail.sending import Mail, MailRefusedError, Post
from api.plan import Executor
from api.webhooks import Hook
from api.wiring import House, now_and_then
from graph.history.questions import end_of

log = getLogger("duta.mail")

PATH = "/mail/"
_EVERY_SECONDS = 60.0


def rounds_of(house: House, executor: Executor, keys: Keys) -> "Rounds | None":
    """Who goes round; None where the settings name no server."""
    return Rounds(house, executor, keys) if house.settings.smtp_url else None


def mailing(rounds: "Rounds | None", every: float = _EVERY_SECONDS) -> AbstractContextManager[None]:
    """Tell people by mail in a thread of its own."""
    if rounds is None:
        return nullcontext()
    return now_and_then("mail", every, lambda _: rounds.step(), log, "Nobody is told by mail")


class Rounds:
    """Sends what people are to be told. One thread at a time."""

    def __init__(self, house: House, executor: Executor, keys: Keys) -> None:
        self.people = Recipients(house.store, keys)
        self._house, self._executor, self._post = house, executor, Post(house.settings)

    def step(self) -> int:
        """Go round once; how many were told."""
        hooks = {one.id: one for one in self.people.hooks.all()}
        end, now = end_of(self._house.store), self.people.hooks.now
        due = (wish for wish in self.people.all() if wish.confirmed)
        found = ((wish, hooks[wish.id]) for wish in due if wish.id in hooks)
        return sum(self._told(wish, hook, end) for wish, hook in found if not hook.stopped and hook.due <= now)

    def confirm(self, wish: Wish, hook: Hook) -> bool:
        """Ask at an address whether it is theirs; whether that was sent."""
        told = words(wish.lang)["mail"]
        return self._sent(wish, hook, told["confirm_subject"], told["confirm"].format(url=self._stop(hook)))

    def _told(self, wish: Wish, hook: Hook, end: int) -> bool:
        with_ends = self.people.is_due_for_ends(wish)
        if hook.place >= end and not with_ends and not hook.until:
            return False
        role = self.people.role_of(wish)
        if role is None:
            self.people.hooks.failed(hook, "They have no right here any more.", for_good=True)
            return False
        until = hook.until or end
        news = News(self._house, self._executor, replace(wish, role=role), hook.place, until)
        found = news.told(with_ends=with_ends)
        if not found.sections:
            if until > hook.place:
                self.people.hooks.skip(hook, until)
            if with_ends:
                self.people.told_of_ends(wish, ())
            return False
        mine = self.people.hooks.claim(hook, until)
        if mine is None:
            return False
        told = words(wish.lang)["mail"]
        text = "\n\n".join([told["hello"], *_paragraphs(found.sections), told["why"].format(url=self._stop(hook))])
        if not self._sent(wish, mine, told["subject"], f"{text}\n"):
            return False
        if with_ends:
            self.people.told_of_ends(wish, found.ends)
        self.people.hooks.told(mine)
        return True

    def _sent(self, wish: Wish, hook: Hook, subject: str, text: str) -> bool:
        # The same again where it is sent again.
        id = f"duta.{hook.id}.{hook.place}.{hook.until}"
        mail = Mail(id, wish.address, subject, text, self._stop(hook), wish.lang, self.people.hooks.now)
        try:
            self._post.send(mail)
        except MailRefusedError as error:
            # The address is a person's and stays out of the log.
            log.info("Mail to %s was not taken: %s", hook.id, error)
            self.people.hooks.failed(hook, str(error), for_good=error.for_good)
            return False
        return True

    def _stop(self, hook: Hook) -> str:
        return f"{self._house.settings.url}{PATH}{token_of(hook)}"


def _paragraphs(sections: Sequence[Section]) -> Iterator[str]:
    for one in sections:
        yield "\n".join([one.title, *(f"- {text}\n  {url}" for text, url in one.lines)])
