"""Why a stop is left out and what would help, and why the others stand where they do, in German sentences.

for unserved in unserved_with_reasons(problem, plan):
    print(unserved.sentence)
    remedy = smallest_change(problem, plan, unserved.job)
why_there(problem, plan, "S07")
"""

from touring.planning.explain.against import Against, Unserved, unserved_with_reasons
from touring.planning.explain.remedy import Remedy, smallest_change
from touring.planning.explain.there import why_there

__all__ = ["Against", "Remedy", "Unserved", "smallest_change", "unserved_with_reasons", "why_there"]
