"""Decides which plays apply at a moment of a call, and which turn causes each.

Each play is looked up in the turns by their place, counted from the first known turn. Statements
of turns that are not among those given stand before them, in the order in which they were said.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from callrisk.domain.advice.heard_turns import answers_in, newest_heard
from callrisk.domain.advice.moment import CallMoment
from callrisk.domain.advice.need import HeardNeed, Need, clear_need, heard_need
from callrisk.domain.advice.play import Play
from callrisk.domain.advice.play_conditions import UNKNOWN, Conditions, State
from callrisk.domain.advice.play_index import Trigger
from callrisk.domain.advice.play_table import Words
from callrisk.domain.advice.questions import asks
from callrisk.domain.advice.word_index import WordIndex
from callrisk.domain.language import Intent, Mood
from callrisk.domain.language.said import SaidStatement, names_date
from callrisk.domain.language.spoken import spoken_in
from callrisk.domain.segment import ParticipantRole, Segment

_MS_PER_S = 1000
# はい、そうですね、わかりました
_LONGEST_NOD = 14


@dataclass(frozen=True, slots=True)
class Cause:
    """The turn that causes a play: its place, id and begin.

    `is_open` is True for an open concern and for words of the customer.
    """

    place: int
    segment_id: str
    begin_ms: int | None
    is_open: bool = False
    dated: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    """A play that applies; `cause` is None for one that no turn causes."""

    play: Play
    cause: Cause | None


class MomentReader:
    """Looks up the conditions of plays at one moment."""

    def __init__(self, moment: CallMoment, words: WordIndex) -> None:
        self._moment = moment
        self._words = words
        ids = [
            *(segment_id for segment_id, _ in moment.suppressed),
            *(said.segment_id for said in moment.said.statements),
        ]
        self._begin = {turn.segment_id: turn.begin_ms for turn in moment.turns}
        earlier = [one for one in dict.fromkeys(ids) if one not in self._begin]
        self._place = {one: place for place, one in enumerate([*earlier, *self._begin])}
        self._answers = answers_in(moment.turns)
        self._newest = self._answers[-1][1] if self._answers else None

    @property
    def newest_place(self) -> int | None:
        """The place of the newest turn of the customer, None without one."""
        return self._place[self._newest.segment_id] if self._newest else None

    @property
    def newest_goes_on(self) -> bool:
        """True if the newest turn of the customer is more than a nod: the talk has gone on."""
        text = self._newest.text if self._newest else ""
        return len(text) > _LONGEST_NOD and not spoken_in(text).only_keeps_going(text)

    def answers_newest(self, play: Play) -> bool:
        """Return True if a play suits the need that the newest turn of the customer clearly has."""
        heard = self._newest_need
        return heard is not None and heard.is_clear and heard.need in play.suits

    def suits_newest(self, play: Play) -> bool:
        """Return True unless the newest turn hardly has a need that a play suits.

        Urgent words are passed over only in a turn that calls for nothing.
        """
        heard = self._newest_need
        if heard is None or (play.is_urgent and heard.need is not Need.NONE):
            return True
        return heard.allows(play.suits)

    @cached_property
    def _newest_need(self) -> HeardNeed | None:
        """The need of the newest turn, None where a statement in it says more."""
        if self._newest is None:
            return None
        heard = heard_need(self._answers[-1][0], self._newest.text)
        return None if heard.yields_to_statements and self._states(self._newest) else heard

    @cached_property
    def _heard(self) -> dict[Trigger, Segment]:
        return newest_heard(self._moment.turns, self._answers, self._words)

    def _states(self, turn: Segment) -> bool:
        """Return True if something is stated about paying in a turn."""
        return any(said.segment_id == turn.segment_id for said in self._moment.said.statements)

    def matches(self) -> list[Match]:
        """Return the plays of the playbook that apply, each with its cause."""
        said = (one.intent for one in self._moment.said.statements)
        suppressed = (statement.intent for _, statement in self._moment.suppressed)
        plays = self._words.plays.possible([*self._heard, *said, *suppressed])
        return [match for play in plays if (match := self.match(play)) is not None]

    def match(self, play: Play) -> Match | None:
        """Return the play with its cause; None if it does not apply."""
        causes = []
        for cause in self._causes(play.when):
            if cause is None:
                return None
            causes.append(cause)
        if not all(self._situations(play.when)) or self._is_excluded(play.unless):
            return None
        newest = max(causes, key=lambda cause: (cause.place, cause.is_open), default=None)
        return None if newest and self._is_taken_back(play, newest) else Match(play, newest)

    def times_heard(self, play: Play) -> int:
        """Return how often the cause of a play was heard, as statements and as turns of words."""
        when = play.when
        statements = sum(1 for _ in self._statements(when)) if when.said else 0
        customer = self._times(when.customer_words, ParticipantRole.CUSTOMER)
        agent = self._times(when.agent_words, ParticipantRole.AGENT)
        asked = self._questions() if when.question else 0
        needs = sum(clear_need(asked, turn.text) in when.need for asked, turn in self._answers)
        return statements + customer + agent + asked + needs

    def _times(self, words: Words, role: ParticipantRole) -> int:
        return sum(
            turn.role is role and id(words) in self._words.heard(role, turn.text)
            for turn in self._moment.turns
        )

    def _is_taken_back(self, play: Play, cause: Cause) -> bool:
        """Return True if the customer took the cause back, in its own turn or a later one."""
        taken_back = self._heard.get(id(play.until))
        return taken_back is not None and self._place[taken_back.segment_id] >= cause.place

    def _is_excluded(self, unless: Conditions) -> bool:
        heard = any(cause is not None for cause in self._causes(unless))
        return heard or any(self._situations(unless, each_field=True))

    def _causes(self, conditions: Conditions) -> Iterator[Cause | None]:
        """Yield the cause of each condition that needs one, None for one that has none."""
        if conditions.agent_words:
            yield self._cause_in(conditions, self._heard.get(id(conditions.agent_words)))
        if conditions.need:
            turns = [turn for need in conditions.need if (turn := self._heard.get(need))]
            newest = max(turns, key=lambda turn: self._place[turn.segment_id], default=None)
            need = self._cause_in(conditions, newest, is_open=False)
            told = [*self._told(conditions)]
            yield from [need, *(cause for cause in told if cause)] if need else told or [None]
        else:
            yield from self._told(conditions)

    def _told(self, conditions: Conditions) -> Iterator[Cause | None]:
        """Yield the cause of each condition on what was said, asked or told in words."""
        if conditions.said:
            yield self._newest_statement(conditions)
        if conditions.customer_words:
            yield self._cause_in(conditions, self._heard.get(id(conditions.customer_words)))
        if conditions.question:
            yield self._question()

    def _newest_statement(self, conditions: Conditions) -> Cause | None:
        said = list(self._statements(conditions))
        if len(said) < (conditions.times or 1):
            return None
        found = [cause for cause, state in said if conditions.state in {State.ANY, state}]
        newest = found[-1] if found else None
        if newest is None or not self._is_recent(newest, conditions):
            return None
        return newest if conditions.dated in {None, newest.dated} else None

    def _statements(self, conditions: Conditions) -> Iterator[tuple[Cause, State]]:
        """Yield the statements of these intents and moods in the order of speech."""
        if conditions.mood:
            yield from self._suppressed(conditions.said, conditions.mood)
            return
        for said in self._moment.said.statements:
            if said.intent in conditions.said:
                # What reassures is answered by nothing.
                answered = said.is_concern and not said.is_open
                yield self._cause(said), State.ANSWERED if answered else State.OPEN

    def _suppressed(
        self, intents: Sequence[Intent], moods: Sequence[Mood]
    ) -> Iterator[tuple[Cause, State]]:
        for segment_id, statement in self._moment.suppressed:
            if statement.intent in intents and statement.mood in moods:
                begin_ms = self._begin.get(segment_id)
                yield Cause(self._place[segment_id], segment_id, begin_ms), State.OPEN

    def _cause(self, said: SaidStatement) -> Cause:
        place = self._place[said.segment_id]
        return Cause(place, said.segment_id, said.begin_ms, said.is_open, said.dated)

    def _cause_in(
        self, conditions: Conditions, turn: Segment | None, is_open: bool = True
    ) -> Cause | None:
        """Return the cause that a turn is, None where it is not as recent as asked."""
        if turn is None:
            return None
        place, spoke = self._place[turn.segment_id], turn.role is ParticipantRole.CUSTOMER
        cause = Cause(place, turn.segment_id, turn.begin_ms, is_open=spoke and is_open)
        return cause if self._is_recent(cause, conditions, spoke) else None

    def _is_recent(self, cause: Cause, conditions: Conditions, spoke: bool = True) -> bool:
        """Return True if a cause is as recent as asked; `spoke` is True for the customer's."""
        turns, seconds = conditions.within_turns, conditions.within_s
        if turns is not None and len(self._place) - cause.place > turns:
            return False
        if conditions.newest and spoke and cause.place != self.newest_place:
            return False
        if seconds is None:
            return True
        # Where a turn has no time nothing says that it was recent.
        return cause.begin_ms is not None and self.seconds_since(cause.begin_ms) <= seconds

    def seconds_since(self, begin_ms: int) -> float:
        """Return the seconds since a turn began."""
        return self._moment.elapsed_s - begin_ms / _MS_PER_S

    def _situations(self, conditions: Conditions, each_field: bool = False) -> Iterator[bool]:
        """Yield for each condition on the situation if it holds.

        The fields of a record are one condition, or each one of its own.
        """
        moment = self._moment
        if conditions.category:
            yield (moment.category or UNKNOWN) in conditions.category
        if conditions.kind:
            yield (moment.kind or UNKNOWN) in conditions.kind
        if conditions.min_elapsed_s is not None or conditions.max_elapsed_s is not None:
            yield self._elapsed_fits(conditions)
        yield from self._course(conditions)
        if conditions.record:
            holds: Iterable[bool] = (one.holds(moment.customer) for one in conditions.record)
            yield any(holds) if each_field else all(holds)

    def _course(self, conditions: Conditions) -> Iterator[bool]:
        """Yield for each condition on the course of the call if it holds."""
        if conditions.nothing_said is not None:
            yield conditions.nothing_said is not bool(self._moment.said.statements)
        if conditions.question is False:
            yield self._question() is None
        if conditions.names_day is not None:
            named = self._newest is not None and names_date(self._newest.text)
            yield named is conditions.names_day
        if conditions.max_turns is not None:
            yield len(self._place) <= conditions.max_turns
        if conditions.open_kinds is not None:
            yield self._open_kinds() >= conditions.open_kinds

    def _questions(self) -> int:
        return sum(
            turn.role is ParticipantRole.CUSTOMER and asks(turn.text) for turn in self._moment.turns
        )

    def _question(self) -> Cause | None:
        """Return the newest turn if the customer asks in it and states nothing about paying."""
        turn = self._newest
        if turn is None or turn is not self._moment.turns[-1]:
            return None
        if self._states(turn) or not asks(turn.text):
            return None
        return Cause(self._place[turn.segment_id], turn.segment_id, turn.begin_ms)

    def _open_kinds(self) -> int:
        return len({said.intent for said in self._moment.said.statements if said.is_open})

    def _elapsed_fits(self, conditions: Conditions) -> bool:
        low, high = conditions.min_elapsed_s, conditions.max_elapsed_s
        elapsed_s = self._moment.elapsed_s
        return (low is None or elapsed_s >= low) and (high is None or elapsed_s <= high)


def times_heard(play: Play, moment: CallMoment, words: WordIndex) -> int:
    """Return how often the cause of a play was heard; it belongs into `Feedback.heard`."""
    return MomentReader(moment, words).times_heard(play)
