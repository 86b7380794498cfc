"""What was asked of a list of letters, in words. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from consent import Every
from mailbox.domain.identifiers import Oin
from mailbox.services.post_questions import PostQuestion
from mailbox.services.reading import Timeline
from mailbox.web import words
from mailbox.web.timeline_view import sender_name


def filter_words(asked: Mapping[str, str], question: PostQuestion, names: Mapping[str, str]) -> str:
    """All of it, to stand after "alleen"; empty for all post. `asked`: the fields that are filled in."""
    return ", ".join(_parts(asked, question, names))


def topic_choices(timeline: Timeline) -> Mapping[str, str]:
    """The topics one can ask for. Through a grant only those it names: others are not hinted at."""
    if timeline.grant is None:
        return words.ALL_TOPICS
    topics = timeline.grant.scope.topics
    if isinstance(topics, Every):
        return words.TOPICS
    return {topic: label for topic, label in words.ALL_TOPICS.items() if topic in topics}


def _parts(asked: Mapping[str, str], question: PostQuestion, names: Mapping[str, str]) -> Iterator[str]:
    if "nieuw" in asked:
        yield "nieuwe brieven"
    if "afzender" in asked:
        yield f"van {words.with_article(sender_name(Oin(asked['afzender']), names))}"
    if question.topic:
        yield f"over {words.ALL_TOPICS[question.topic].lower()}"
    if "datum" in asked:
        yield "met een datum die nog komt"
    if question.words:
        yield f"met „{question.words}”"
    if "archief" in asked:
        yield "in uw archief"
