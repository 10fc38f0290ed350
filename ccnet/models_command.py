"""`ccnet models`: what there is, what to get, and bringing it in.

`add_commands` gives the command its subcommands; what is wrong is raised as a ValueError in one sentence, which the
command line prints.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tqdm import tqdm

from ccnet import catalogue, checkpoints, imports, store
from ccnet.catalogue import KnownModel
from ccnet.formats import FAMILY_WORDS, ROLE_WORDS
from ccnet.store import Entry

if TYPE_CHECKING:
    from ccnet.downloads import Fetched, Plan, Transfer


def add_commands(parser: argparse.ArgumentParser) -> None:
    """Adds the subcommands of `ccnet models`. Each sets `run`, a function of the parsed arguments; so does none."""
    parser.set_defaults(run=list_models)
    commands = parser.add_subparsers(metavar="command")

    commands.add_parser("list", help="your models and the known ones").set_defaults(run=list_models)

    add = commands.add_parser("recommend", help="what to get for anime, with sizes and licences").add_argument
    add("family", nargs="?", choices=catalogue.FAMILIES, help="sd15 or sdxl (default: both)")
    commands.choices["recommend"].set_defaults(run=recommend)

    add = commands.add_parser("download", help="get known models from the hub").add_argument
    add("names", nargs="+", metavar="name", help="a name from `ccnet models list`")
    add("--yes", action="store_true", help="accept the licences that are shown, without being asked")
    commands.choices["download"].set_defaults(run=download)

    add = commands.add_parser("import", help="copy a file or folder of yours into your models").add_argument
    add(
        "files", nargs="+", type=Path, metavar="file", help=".safetensors, .ckpt, .pt, or a folder in diffusers' layout"
    )
    add("--name", help="what to call it (default: the file's own name)")
    commands.choices["import"].set_defaults(run=import_files)

    add = commands.add_parser("verify", help="read your models again and compare their hashes").add_argument
    add("names", nargs="*", metavar="name", help="which (default: all)")
    commands.choices["verify"].set_defaults(run=verify)

    add = commands.add_parser("remove", help="delete models of yours").add_argument
    add("names", nargs="+", metavar="name")
    commands.choices["remove"].set_defaults(run=remove)

    add = commands.add_parser("export", help="write a ControlNet for other programs").add_argument
    add("model", help="a model with a ControlNet of its own, or a ControlNet: a name or a path")
    add("--out", type=Path, default=Path("exported"), metavar="DIR", help="default: exported")
    add("--layout", choices=["both", "cldm", "diffusers"], default="both", help="cldm is for ComfyUI and A1111")
    add("--dtype", choices=["float16", "float32"], default="float16", help="of the weights (default: float16)")
    commands.choices["export"].set_defaults(run=export)

    add = commands.add_parser("transfer", help="move a ControlNet to another base model").add_argument
    add("controlnet", help="a ControlNet's name or path")
    add("--from", dest="old_base", required=True, metavar="BASE", help="the base model it was trained on")
    add("--to", dest="new_base", required=True, metavar="BASE", help="the base model it is for")
    add("--out", type=Path, required=True, metavar="FILE", help="the .safetensors to write")
    commands.choices["transfer"].set_defaults(run=transfer)


def list_models(args: argparse.Namespace) -> None:
    """`ccnet models list`: what is there, then what could be."""
    here = store.entries()
    rows = [(name, "comes with the program", "", "", "") for name in checkpoints.known_models()]
    rows += [(entry.name, entry.what, _size(entry.size), entry.licence, _origin(entry)) for entry in here]
    print("Yours")
    _print_table(("name", "what", "size", "licence", "from"), rows)
    print("\nKnown (* recommended): ccnet models download NAME")
    rows = [
        (
            f"{model.name}{' *' if model.recommended else ''}",
            f"{_role(model)}: {model.title}",
            "any" if model.family is None else FAMILY_WORDS[model.family],
            _size(model.size),
            _licence(model),
            "yes" if downloaded(model, here) else "",
        )
        for model in catalogue.models()
    ]
    _print_table(("name", "what", "family", "size", "licence", "installed"), rows)
    print("\nA folder in diffusers' layout works without being imported: --model FOLDER")


def recommend(args: argparse.Namespace) -> None:
    """`ccnet models recommend`: a set of models for each family, and why."""
    for family in catalogue.FAMILIES:
        if args.family not in (None, family):
            continue
        models = catalogue.recommended(family)
        print(f"For anime with {FAMILY_WORDS[family]}, {_size(sum(model.size for model in models))} in all:")
        for model in models:
            print(f"  {model.name}: {model.title}, {_size(model.size)}, licence {model.licence}")
            print(f"      {model.note}")
        print(f"  ccnet models download {' '.join(model.name for model in models)}\n")
    print("SD1.5 is quicker and needs less memory; SDXL draws finer and understands more.")


def download(args: argparse.Namespace) -> None:
    """`ccnet models download`: licences first, then the files."""
    models = [catalogue.known(name) for name in dict.fromkeys(args.names)]
    here = store.entries()
    plans = []
    for model in models:
        plans.append(planned(model, here))
        print(terms(plans[-1]))
    if not args.yes and not _agreed(models):
        raise ValueError("Nothing was downloaded: the licences were not accepted.")
    for plan in plans:
        entry = _shown(obtain(plan, downloaded(plan.model, here)))
        print(f"{entry.name}: {_size(entry.size)}, checked, at {entry.path}")


def planned(model: KnownModel, entries: Sequence[Entry]) -> Plan:
    """What a download would fetch: as in an earlier one, if there is one among the entries. Raises ValueError."""
    from ccnet import downloads  # takes half a second to import, which the other commands need not wait for

    before = downloaded(model, entries)
    store.refuse_other(model.name, model.role, f"hub:{model.hub}")
    return downloads.plan(model, revision=before.commit if before is not None else None)


def obtain(plan: Plan, before: Entry | None) -> Iterator[Transfer | Entry]:
    """Transfers what a plan names, then files it and answers with its entry. before: the record of an earlier download.

    Closing the generator stops it; what came so far is kept. Raises DownloadError, CheckpointError.
    """
    from ccnet import downloads  # as in `planned`

    known = _hashes(before) if before is not None and before.commit == plan.commit else {}
    for answer in downloads.fetch(plan, sha256=known):
        if isinstance(answer, downloads.Fetched):
            entry = _entry(plan, answer, before)
            store.put(entry)
            yield entry
        else:
            yield answer


def import_files(args: argparse.Namespace) -> None:
    """`ccnet models import`: files from anywhere."""
    if args.name is not None and len(args.files) > 1:
        raise ValueError("--name is for one file: import the others without it.")
    reserved = {model.name for model in catalogue.models()} | set(checkpoints.known_models())
    for file in args.files:
        before = {(entry.role, entry.name) for entry in store.entries()}
        entry = imports.import_file(file, args.name, reserved=reserved)
        what = f"{entry.what}, {_size(entry.size)}"
        if (entry.role, entry.name) in before:
            print(f"{file} is there already, as {entry.name}: {what}")
        else:
            print(f"{file} is now {entry.name}: {what}")


def verify(args: argparse.Namespace) -> None:
    """`ccnet models verify`: every byte again."""
    names = args.names or [f"{entry.role}/{entry.name}" for entry in store.entries()]
    problems = []
    for name in names:
        try:
            if name in checkpoints.known_models():
                checkpoints.check(checkpoints.resolve(name))
                print(f"{name}: complete; it comes with the program")
                continue
            entry = store.verify(name)
        except ValueError as error:
            problems.append(str(error))
        else:
            print(f"{entry.name}: whole, {_size(entry.size)}")
    if not names:
        print("There is nothing to verify: no model was imported or downloaded yet.")
    if problems:
        raise ValueError(" ".join(problems))


def remove(args: argparse.Namespace) -> None:
    """`ccnet models remove`: the record, and the files where nothing else needs them."""
    for name in args.names:
        if name in checkpoints.known_models():
            raise ValueError(f'"{name}" comes with the program and stays.')
        entry = store.remove(name)
        if entry is None:
            print(f"{name} is removed")
        elif entry.source == "file":
            print(f"{entry.name} is removed, {_size(entry.size)} are free")
        elif entry.borrowed:
            print(f"{entry.name} is removed; its files, which another program downloaded, stay in the hub's cache")
        else:
            from ccnet import downloads  # as in `planned`

            others = {file.path for other in store.entries() for file in other.files}
            freed = downloads.discard(tuple(file for file in entry.files if file.path not in others))
            print(f"{entry.name} is removed, {_size(freed)} are free")


def export(args: argparse.Namespace) -> None:
    """`ccnet models export`: a ControlNet as other programs read it."""
    from ccnet.export import export_controlnet  # loads torch

    exported = export_controlnet(args.model, args.out, layout=args.layout, dtype=args.dtype)
    for path in exported.paths:
        print(path)
    if exported.note:
        print(f"Note: {exported.note}")


def transfer(args: argparse.Namespace) -> None:
    """`ccnet models transfer`: a ControlNet for another base."""
    from ccnet.export import transfer_controlnet  # loads torch

    print(transfer_controlnet(args.controlnet, args.old_base, args.new_base, args.out))


def downloaded(model: KnownModel, entries: Sequence[Entry]) -> Entry | None:
    """The record of an earlier download of a model, even where its files are gone."""
    found = (entry for entry in entries if (entry.name, entry.source) == (model.name, f"hub:{model.hub}"))
    return next(found, None)


def _hashes(entry: Entry) -> dict[str, str]:
    """File name in the repository -> hash, of an earlier download: what stands behind the commit in each path."""
    return {file.path.as_posix().partition(f"/{entry.commit}/")[2]: file.sha256 for file in entry.files}


def _entry(plan: Plan, fetched: Fetched, before: Entry | None) -> Entry:
    model = plan.model
    return Entry(
        name=model.name,
        role=model.role,
        family=model.family,
        layout="diffusers" if model.is_folder and model.role == "checkpoint" else "",
        path=fetched.path,
        files=fetched.files,
        original=model.name if model.is_folder else fetched.path.name,
        what=f"{_role(model)}: {model.title}",
        source=f"hub:{model.hub}",
        licence=plan.licence or model.licence,
        commit=plan.commit,
        borrowed=fetched.borrowed and (before is None or before.borrowed),
    )


def _shown(answers: Iterator[Transfer | Entry]) -> Entry:
    """The end of a download, with a bar on the way, in a terminal only."""
    with tqdm(unit="B", unit_scale=True, leave=False, disable=None) as bar:
        file = None
        for answer in answers:
            if isinstance(answer, Entry):
                return answer
            if answer.file != file:
                file = answer.file
                bar.reset(answer.total)
                bar.set_description(file)
            bar.update(answer.done - bar.n)
    raise AssertionError(answers)


def terms(plan: Plan) -> str:
    """What is about to be downloaded and under which conditions."""
    model = plan.model
    lines = [f"{model.name}: {model.title}, {_size(plan.size)}", f"  licence {_licence(model)}, see {model.page}"]
    if plan.licence and plan.licence != model.licence:
        lines.append(f"  Note: its page now says {plan.licence}.")
    if not model.commercial:
        lines.append("  Note: not for commercial use.")
    if model.licence in catalogue.UNCLEAR:
        lines.append("  Note: what its licence allows is not clear: read its page first.")
    if not model.checked:
        lines.append("  Note: what this program says of it could not be confirmed: its page counts.")
    return "\n".join(lines)


def _agreed(models: Sequence[KnownModel]) -> bool:
    """Asks the person at the terminal; without one, nobody has agreed."""
    if not sys.stdin.isatty():
        raise ValueError("Read the licences above, and add --yes to accept them.")
    licence = "this licence" if len(models) == 1 else "these licences"
    try:
        return input(f"Accept {licence} and download? [y/N] ").strip().lower() in ("y", "yes")
    except EOFError:
        return False


def _origin(entry: Entry) -> str:
    return entry.original if entry.source == "file" else entry.source.removeprefix("hub:")


def _role(model: KnownModel) -> str:
    return {str(role): words for role, words in ROLE_WORDS.items()}.get(model.role, model.role)


def _licence(model: KnownModel) -> str:
    marks = [mark for mark, shown in (("non-commercial", not model.commercial), ("gated", model.gated)) if shown]
    return ", ".join([model.licence, *marks])


def _size(count: int) -> str:
    """Bytes as people say them: 6.9 GB."""
    for unit, scale in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if count >= scale:
            return f"{count / scale:.1f} {unit}" if count < 10 * scale else f"{count / scale:.0f} {unit}"
    return f"{count} bytes"


def _print_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    widths = [max(len(row[column]) for row in (head, *rows)) for column in range(len(head))]
    for row in (head, *rows):
        print(("  " + "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True))).rstrip())
