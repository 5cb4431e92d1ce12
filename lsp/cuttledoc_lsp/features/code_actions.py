"""Code actions: what can be done where the cursor is, and quick fixes for what is wrong there."""

import asyncio
import difflib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lsprotocol.types import (
    TEXT_DOCUMENT_CODE_ACTION,
    CodeAction,
    CodeActionKind,
    CodeActionOptions,
    CodeActionParams,
    Command,
    Diagnostic,
    Position,
)

from cuttledoc.markdown.span import TextChange
from cuttledoc_lsp.command import PREFIX, place_argument
from cuttledoc_lsp.edits import workspace_edit
from cuttledoc_lsp.findings import Kind
from cuttledoc_lsp.places import home_of
from cuttledoc_lsp.uris import encoded

if TYPE_CHECKING:
    from cuttledoc.markdown.links import AudioLink
    from cuttledoc_lsp.server import Server
    from cuttledoc_lsp.snapshot import Snapshot

_NEAR_NAMES = 3


def register(server: "Server") -> None:
    """Give the server the feature."""

    @server.feature(
        TEXT_DOCUMENT_CODE_ACTION,
        CodeActionOptions(
            code_action_kinds=[
                CodeActionKind.QuickFix,
                CodeActionKind.RefactorRewrite,
                CodeActionKind.Source,
            ]
        ),
    )
    async def code_actions(params: CodeActionParams) -> list[CodeAction]:
        document = server.documents.get(params.text_document.uri)
        if document is None:
            return []
        snapshot, offset = await document.look(params.range.start)
        here = params.range.start
        mine = [one for one in params.context.diagnostics if one.source == "cuttledoc"]
        found = list(_of_place(server, snapshot, offset, here))
        for one in mine:
            found += await _fixes(server, snapshot, one)
        only = params.context.only
        if only is None:
            return found
        return [
            action
            for action in found
            if any(
                _covers(str(kind.value if hasattr(kind, "value") else kind), action)
                for kind in only
            )
        ]


def _covers(kind: str, action: CodeAction) -> bool:
    own = str(getattr(action.kind, "value", action.kind))
    return own == kind or own.startswith(f"{kind}.") or kind == ""


def _of_place(
    server: "Server", snapshot: "Snapshot", offset: int, here: Position
) -> Iterator[CodeAction]:
    """What can be done with the link or transcript at a place."""
    place = place_argument(snapshot.uri, here)
    link = snapshot.link_for(offset)
    if link is not None and not link.remote:
        if snapshot.page.block_of(link) is None:
            yield _run("Transcribe this recording", "transcribeLink", place)
        else:
            yield _run("Refresh this transcript", "transcribeLink", place)
            yield _run(
                "Transcribe again, replacing edits", "transcribeLink", place | {"force": True}
            )
        if change := converted(link):
            yield CodeAction(
                title=f"Write the link as {change.new_text}",
                kind=CodeActionKind.RefactorRewrite,
                edit=workspace_edit(snapshot, [change], versioned=server.checks_versions),
            )
    if snapshot.block_at(offset) or (link is not None and snapshot.page.block_of(link)):
        yield _run("Remove this transcript", "removeTranscript", place)
    if any(not one.remote for one in snapshot.page.links):
        whole = {"uri": snapshot.uri}
        yield _run(
            "Transcribe all recordings here", "transcribeDocument", whole, CodeActionKind.Source
        )
        if snapshot.page.blocks:
            yield _run("Refresh stale transcripts", "refresh", whole, CodeActionKind.Source)


async def _fixes(
    server: "Server", snapshot: "Snapshot", diagnostic: Diagnostic
) -> list[CodeAction]:
    start = diagnostic.range.start
    place = place_argument(snapshot.uri, start)
    if diagnostic.code == Kind.STALE:
        action = _run("Refresh the transcript", "transcribeLink", place)
        return [_fixing(action, diagnostic)]
    if diagnostic.code == Kind.NO_MODEL:
        from cuttledoc_lsp.model_care import missing

        absent = await asyncio.to_thread(missing, server.settings.core)
        return [
            _fixing(_run(f"Download {model.id}", "downloadModel", {"id": model.id}), diagnostic)
            for model in absent
        ]
    link = snapshot.link_at(snapshot.lines.offset(start))
    if diagnostic.code != Kind.NO_FILE or link is None:
        return []
    home = home_of(snapshot, server.roots)
    names = await asyncio.to_thread(near_targets, link, home) if home else []
    fixes = []
    for number, name in enumerate(names):
        change = TextChange(link.target_span.start, link.target_span.end, name)
        fixes.append(
            CodeAction(
                title=f"Link {name}",
                kind=CodeActionKind.QuickFix,
                diagnostics=[diagnostic],
                is_preferred=number == 0,
                edit=workspace_edit(snapshot, [change], versioned=server.checks_versions),
            )
        )
    return fixes


def near_targets(link: "AudioLink", document: Path) -> list[str]:
    """Targets of similar name that exist, written as the link writes its own."""
    from cuttledoc.markdown.links import LinkKind
    from cuttledoc.markdown.targets import is_media

    wanted = Path(link.target.replace("\\", "/").replace("\0", ""))
    folder = document.parent / wanted.parent
    try:
        names = sorted(path.name for path in folder.iterdir() if is_media(path.name))
    except OSError:
        return []
    near = difflib.get_close_matches(wanted.name, names, _NEAR_NAMES)
    bare = link.kind in {LinkKind.WIKILINK, LinkKind.EMBED}
    targets = [str(wanted.with_name(name).as_posix()) for name in near]
    return targets if bare else [encoded(one) for one in targets]


def converted(link: "AudioLink") -> TextChange | None:
    """The link in the other style: Markdown's, or Obsidian's double brackets."""
    from cuttledoc.markdown.links import LinkKind

    fragment = f"#{link.fragment}" if link.fragment else ""
    if link.kind in {LinkKind.WIKILINK, LinkKind.EMBED}:
        mark = "!" if link.kind is LinkKind.EMBED else ""
        name = link.target.rsplit("/", 1)[-1]
        label = "".join(f"\\{char}" if char in "[]\\" else char for char in name)
        new = f"{mark}[{label}]({encoded(link.target)}{fragment})"
    elif link.kind in {LinkKind.LINK, LinkKind.IMAGE} and not set("[]|#") & set(link.target):
        mark = "!" if link.kind is LinkKind.IMAGE else ""
        new = f"{mark}[[{link.target}{fragment}]]"
    else:
        return None
    return TextChange(link.span.start, link.span.end, new)


def _run(
    title: str, name: str, arguments: dict[str, Any], kind: CodeActionKind = CodeActionKind.QuickFix
) -> CodeAction:
    command = Command(title=title, command=PREFIX + name, arguments=[arguments])
    # An action without a kind of its own shows in the same menu, and fixes nothing.
    return CodeAction(title=title, kind=kind, command=command)


def _fixing(action: CodeAction, diagnostic: Diagnostic) -> CodeAction:
    action.diagnostics = [diagnostic]
    action.is_preferred = True
    return action
