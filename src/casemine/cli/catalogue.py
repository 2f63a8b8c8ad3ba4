"""`--from list`, of every command that reads: the presets, with what each kind of file needs."""

from __future__ import annotations


def print_catalogue() -> None:
    """Print every system with its kinds of files, and what each of them is known by."""
    from casemine.cli.output import print_document
    from casemine.model.detection import Kind
    from casemine.read.crm.language.catalogue import shipped
    from casemine.report.detection import catalogue

    kinds = [
        Kind(preset.system, part.name, f"{preset.title}: {part.title}", part.needs)
        for preset in shipped()
        for part in preset.files
    ]
    print_document(catalogue(kinds))
