"""What can be done with an issue besides the everyday: replies, links, problems, macros, files, its story."""

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication

from app.domain.issue import IssueKind
from app.services import deployments, followers, links, problems
from app.services.issues import IssueDetail
from app.services.later_words import LaterLine
from app.services.links import LinkLine
from app.services.problems import OwedWord
from ui.kit.commands import Command
from ui.kit.console import Console
from ui.kit.side_list import Place
from ui.kit.tips import tip_of
from ui.panes.queue.about_form import AboutForm
from ui.panes.queue.choice_card import CardAct, ChoiceCard
from ui.panes.queue.deployment_form import DeploymentForm
from ui.panes.queue.issue_form import IssueForm
from ui.panes.queue.issue_sections import deployment_words
from ui.panes.queue.issue_side import IssueSide
from ui.panes.queue.kept_texts import MacrosForm, RepliesForm
from ui.panes.queue.link_form import LinkForm
from ui.panes.queue.macro_form import MacroForm
from ui.panes.queue.problem_forms import AffectForm, MessageForm, ProblemForm, TellForm
from ui.panes.queue.reply_form import LaterForm, ReplyForm
from ui.panes.queue.words import in_line

Row = tuple[str, str, str, str, str, Callable[[], None], Callable[[], bool]]


class MoreActs(QObject):
    """Gives further commands of the issue that `shown` gives, and opens their forms in the `side`."""

    def __init__(
        self,
        console: Console,
        shown: Callable[[], IssueDetail | None],
        side: Callable[[], IssueSide | None],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._console, self._shown, self._side = console, shown, side

    def commands(self, prefix: str) -> tuple[Command, ...]:
        """Give the commands in the order in which the palette shows them."""
        issue, shared, plain = self._has_issue, self._is_shared, self._is_plain
        rows: tuple[Row, ...] = (
            ("reply", "Reply", "With a canned text or without; you send it", "R", "Words", self.reply, issue),
            ("replies", "Canned replies…", "Write them, yours or everybody's", "Shift+R", "Words", self.replies, issue),
            ("send_later", "Send it", "The word that waits to be sent", "Shift+S", "Words", self.send_later,
             self._has_later),
            ("about", "About…", "Kind, topic, product, team, devices, followers", "I", "Issue", self.about, issue),
            ("follow", "Follow", "Follow it, or follow it no more", "Shift+I", "Issue", self.follow, issue),
            ("link", "Link…", "Cause, part, blocks or duplicate of another", "X", "Links", self.link, issue),
            ("links", "Links…", "Go to one, or take it away", "Shift+X", "Links", self.show_links, self._has_links),
            ("after", "After a deployment", "Link the deployment it came after", "J", "Links", self.after,
             self._has_offered),
            ("deployments", "Deployments…", "Those it came after; take a link away", "Shift+J", "Links",
             self.show_deployments, self._has_linked),
            ("deployed", "Record a deployment…", "To this customer: from which build to which", "Ctrl+J", "Links",
             self.deployed, self._has_customer),
            ("problem", "Problem…", "The cause behind it: a known one or a new one", "U", "Links", self.problem, plain),
            ("affected", "Affected…", "Link issues to it: typed, or all of a customer", "Shift+L", "Problem",
             self.affected, shared),
            ("fixed", "Fixed", "It is fixed now, or it is not after all", "Shift+U", "Problem", self.fixed, shared),
            ("tell_next", "Tell the next", "One who is owed a word since it was fixed", "Shift+T", "Problem",
             self.tell_next, self._has_owed),
            ("message", "One message to all", "Of a major incident, recorded on each issue", "Shift+M", "Problem",
             self.message, self._is_major),
            ("macro", "Macro…", "Named acts, shown before they are done", "O", "Issue", self.macro, issue),
            ("macros", "Macros…", "Write them, yours or everybody's", "Shift+O", "Issue", self.macros, issue),
            ("attach", "Attach…", "Files; or drop them on the issue", "Shift+A", "Files", self.attach, issue),
            ("files", "Files…", "Open, save or remove one", "Shift+D", "Files", self.show_files, self._has_files),
            ("filter_story", "What happened", "The next kind: words, notes, promises, changes", "F", "Story",
             self.filter_story, issue),
            ("copy_story", "Copy what happened", "As text, as it is filtered", "Y", "Story", self.copy_story, issue),
        )  # fmt: skip
        return tuple(
            Command(f"{prefix}.{one}", title, help_text, (key,), group, run, can, single_key=True)
            for one, title, help_text, key, group, run, can in rows
        )

    # Whether it can be

    def _has_issue(self) -> bool:
        return self._shown() is not None

    def _is_shared(self) -> bool:
        return (shown := self._shown()) is not None and shown.is_shared

    def _is_plain(self) -> bool:
        return (shown := self._shown()) is not None and not shown.is_shared

    def _is_major(self) -> bool:
        return (shown := self._shown()) is not None and shown.kind is IssueKind.MAJOR

    def _has_links(self) -> bool:
        return (shown := self._shown()) is not None and bool(shown.links)

    def _has_files(self) -> bool:
        return (shown := self._shown()) is not None and bool(shown.files)

    def _has_later(self) -> bool:
        return (shown := self._shown()) is not None and bool(shown.to_send)

    def _has_customer(self) -> bool:
        return (shown := self._shown()) is not None and shown.customer_id is not None

    def _has_offered(self) -> bool:
        return (shown := self._shown()) is not None and shown.offered is not None

    def _has_linked(self) -> bool:
        return (shown := self._shown()) is not None and any(one.is_linked for one in shown.deployments)

    def _next_owed(self) -> OwedWord | None:
        shown = self._shown()
        return next((one for one in shown.owed if one.told_at is None), None) if shown else None

    def _has_owed(self) -> bool:
        return self._next_owed() is not None

    # Forms

    def _open(self, make: Callable[[IssueDetail], IssueForm]) -> None:
        side, issue = self._side(), self._shown()
        if side is not None and issue is not None:
            side.open_form(make(issue))

    def reply(self) -> None:
        """Ask for a word to the customer."""
        self._open(lambda issue: ReplyForm(issue.contact))

    def replies(self) -> None:
        """Ask for a canned reply's text."""
        self._open(lambda _issue: RepliesForm(self._console))

    def send_later(self) -> None:
        """Show the word that waits longest."""
        waiting: tuple[LaterLine, ...] = shown.to_send if (shown := self._shown()) else ()
        if waiting:
            self._open(lambda _issue: LaterForm(waiting[0], self._console))

    def about(self) -> None:
        """Ask what it is about."""
        self._open(AboutForm)

    def link(self) -> None:
        """Ask for the other issue."""
        self._open(lambda issue: LinkForm(self._console, issue))

    def problem(self) -> None:
        """Ask for the cause behind it."""
        self._open(lambda issue: ProblemForm(self._console, issue))

    def affected(self) -> None:
        """Ask which issues it is behind."""
        self._open(lambda issue: AffectForm(self._console, issue))

    def tell_next(self) -> None:
        """Ask what the next one was told."""
        if (owed := self._next_owed()) is not None:
            self._open(lambda _issue: TellForm(owed, self._console))

    def message(self) -> None:
        """Ask for the one message."""
        self._open(lambda issue: MessageForm(self._console, issue))

    def deployed(self) -> None:
        """Ask what was deployed to the customer."""
        self._open(DeploymentForm)

    def macro(self) -> None:
        """Ask which macro."""
        self._open(lambda _issue: MacroForm())

    def macros(self) -> None:
        """Ask for a macro's acts."""
        self._open(lambda _issue: MacrosForm(self._console))

    # Done at once

    def follow(self) -> None:
        """Follow the issue, or follow it no more."""
        issue = self._shown()
        if issue is None:
            return
        told = f"You follow {issue.label} no more." if issue.is_followed else f"You follow {issue.label}."
        verb = followers.unfollow if issue.is_followed else followers.follow
        self._console.write(self, lambda desk: verb(desk, issue.id), lambda _none: self._console.navigator.tell(told))

    def fixed(self) -> None:
        """Say that it is fixed, or that it is not after all."""
        issue = self._shown()
        if issue is None:
            return
        is_fixed = issue.fixed_at is None
        self._console.write(
            self,
            lambda desk: problems.mark_fixed(desk, issue.id, is_fixed=is_fixed),
            lambda _none: self._console.navigator.tell(
                "Fixed: everybody who reported it is owed a word." if is_fixed else "It is not fixed after all."
            ),
        )

    def attach(self) -> None:
        """Ask which files."""
        side, issue = self._side(), self._shown()
        if side is not None and issue is not None:
            side.files.choose(issue.id)

    def filter_story(self) -> None:
        """Look at the next kind of what happened."""
        if (side := self._side()) is not None:
            side.panel.turn_story()

    def copy_story(self) -> None:
        """Take what happened along as text."""
        if (side := self._side()) is not None:
            QGuiApplication.clipboard().setText(side.panel.story.text())
            self._console.navigator.tell("Copied.")

    # Lists to choose from

    def show_links(self) -> None:
        """Ask which link to follow or to take away."""
        side, issue = self._side(), self._shown()
        if side is None or issue is None:
            return
        by_id = {one.id: one for one in issue.links}

        def go(link_id: str) -> None:
            self._console.navigator.open_issue(by_id[link_id].other.id)

        def unlink(link_id: str) -> None:
            told = f"No longer {by_id[link_id].relation} {by_id[link_id].other.label}; Ctrl+Z takes that back."
            self._console.write(
                self, lambda desk: links.unlink(desk, link_id), lambda _link: self._console.navigator.tell(told)
            )

        acts = [CardAct("Go there", "Return", go), CardAct("Unlink", "Del", unlink)]
        side.offer(ChoiceCard("Links", [_link_place(one) for one in issue.links], acts))

    def after(self) -> None:
        """Link the deployment that is offered."""
        issue = self._shown()
        one = issue.offered if issue is not None else None
        if issue is None or one is None:
            return
        told = f"{issue.label} came after {deployment_words(one)}. Ctrl+Z takes that back."
        self._console.write(
            self,
            lambda desk: deployments.link(desk, issue.id, one.deployment.id, one.interaction_id),
            lambda _link: self._console.navigator.tell(told),
        )

    def show_deployments(self) -> None:
        """Ask which link to a deployment to take away."""
        side, issue = self._side(), self._shown()
        if side is None or issue is None:
            return
        words = {one.deployment.id: deployment_words(one) for one in issue.deployments if one.is_linked}

        def unlink(deployment_id: str) -> None:
            told = f"{issue.label} is not linked to {words[deployment_id]} any more. Ctrl+Z takes that back."
            self._console.write(
                self,
                lambda desk: deployments.unlink(desk, issue.id, deployment_id),
                lambda _none: self._console.navigator.tell(told),
            )

        places = [Place(i, in_line(text)) for i, text in words.items()]
        side.offer(ChoiceCard("It came after", places, [CardAct("Unlink", "Return", unlink)]))

    def show_files(self) -> None:
        """Ask which file to open, save or remove."""
        side, issue = self._side(), self._shown()
        if side is None or issue is None:
            return
        names = {one.id: one.name for one in issue.files}
        acts = [
            CardAct("Open", "Return", side.files.open),
            CardAct("Save as", "S", lambda file_id: side.files.save(file_id, names[file_id])),
            CardAct("Remove", "Del", side.files.remove),
            CardAct("Stop fetching", "C", side.files.cancel, stays=True),
        ]
        side.offer(ChoiceCard("Files", [side.files.place(one) for one in issue.files], acts))


def _link_place(one: LinkLine) -> Place:
    return Place(one.id, in_line(f"{one.relation} {one.other.label} {one.other.title}"), tip=tip_of(one.other.title))
