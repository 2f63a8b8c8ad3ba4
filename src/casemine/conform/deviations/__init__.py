"""Deviations: what the moves of optimal alignments mean, over all cases.

What stands where: `caselist` takes the traces with their state, `choice` prefers one optimal
alignment, `readings` and `jumps` say what its moves mean, `gathering` brings them together per
step, `examples` finds cases and rows that show them, `wording` writes the sentences.
"""
