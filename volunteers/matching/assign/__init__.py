"""The weekly round: for all open requests at once, who goes to whom and when. OR-Tools decides, `check` judges.

A request, a person and a day make an *arc*; the hour hardly matters for the score, it only decides which visits fit
into one person's day. So the round is a flow of minimum cost (which also says what no plan can exceed), made
drivable day by day, and then improved by column generation: whole days of people as columns, priced by linear
programming, chosen by SCIP. Large cities go by neighbourhoods of people, in several processes; what no plan of the
whole city can exceed is then found by `bound`.

After A. Lusby et al. on staff rostering, J. Desrosiers and M. Luebbecke, "A Primer in Column Generation" (2005), and
A. Geoffrion, "Lagrangean Relaxation for Integer Programming" (1974).
"""

from volunteers.matching.assign.round import Assignment, Result, Round, RoundWeights, plan_round

__all__ = ["Assignment", "Result", "Round", "RoundWeights", "plan_round"]
