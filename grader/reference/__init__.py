"""What trainings of a solution notebook gave → a Reference with its bands; and where it is kept.

In: what the run witnessed, files in `reference/`. Out: Reference. Nothing here runs a notebook: `training` does.
"""

from grader.reference.bands import bands_of
from grader.reference.seeds import accuracy_in, seed_of
from grader.reference.store import asset_digests, assets_of, beside, load, notebook_of, references_of, with_seed, write

__all__ = ["accuracy_in", "asset_digests", "assets_of", "bands_of", "beside", "load", "notebook_of", "references_of",
           "seed_of", "with_seed", "write"]
