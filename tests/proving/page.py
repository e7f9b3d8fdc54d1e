"""The score as a page. In: a Score and its cases. Out: HTML, self-contained. Notebooks' text is escaped by jinja2."""

from __future__ import annotations

from collections.abc import Sequence

from jinja2 import Environment

from tests.proving.ground import Case
from tests.proving.score import RIGHT, UNDECIDED, WRONG, Score
from tests.proving.views import JOINED, VIEWS

TEMPLATE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>How right the grader is</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1rem; color: #1c1c1c }
table { border-collapse: collapse; margin: 1rem 0 2rem } th, td { padding: .25rem .75rem; text-align: right }
th:first-child, td:first-child { text-align: left } tr + tr { border-top: 1px solid #ddd }
td.wrong { background: #fbe3e1 } td.undecided { background: #fdf3d8 } details { margin: .4rem 0 }
code { font-size: .9em } small { color: #555 }
</style>
<h1>How right the grader is</h1>
<p>{{ score.notebooks }} invented notebooks with known faults:
{% for group, number in score.groups.items() %}{{ number }} {{ group }}{{ ", " if not loop.last }}{% endfor %}.
Each verdict is compared with the notebook's label, which follows from how it was made.</p>
<table>
<tr><th>criterion</th>{% for view in views %}<th>{{ view }}: right</th><th>wrong</th><th>undecided</th>{% endfor %}</tr>
{% for name in criteria %}<tr><td><code>{{ name }}</code></td>
{% for view in views %}{% set count = score.criteria[view][name] %}
<td>{{ count[right] }}</td><td {% if count[wrong] %}class="wrong"{% endif %}>{{ count[wrong] }}</td>
<td {% if count[undecided] %}class="undecided"{% endif %}>{{ count[undecided] }}</td>{% endfor %}</tr>
{% endfor %}
<tr><th>all</th>{% for view in views %}{% set count = score.whole(view) %}
<th>{{ count[right] }}</th><th>{{ count[wrong] }}</th><th>{{ count[undecided] }}</th>{% endfor %}</tr>
</table>
{% if score.findings %}<table><tr><th>finding</th><th>found</th><th>missed</th><th>false</th></tr>
{% for code, count in score.findings | dictsort %}<tr><td><code>{{ code }}</code></td><td>{{ count["found"] }}</td>
<td {% if count["missed"] %}class="undecided"{% endif %}>{{ count["missed"] }}</td>
<td {% if count["false"] %}class="wrong"{% endif %}>{{ count["false"] }}</td></tr>{% endfor %}</table>{% endif %}
<h2>Disagreements</h2>
{% for one in shown %}<details><summary><b>{{ one.name }}</b>, {{ one.view }}: <code>{{ one.what }}</code> should be
{{ one.expected }}, is {{ one.got }}</summary><p>{{ one.why }}</p>
<p><small>{{ one.made_of | join(", ") or reasons.get(one.name, "") }}</small></p></details>
{% else %}<p>None.</p>{% endfor %}
</html>
"""


def page(score: Score, cases: Sequence[Case]) -> str:
    """The whole page. Undecided verdicts of a single witness are counted, not listed."""
    views = [view for view in VIEWS if view in score.criteria]
    criteria = sorted({name for view in views for name in score.criteria[view]})
    shown = [d for d in score.disagreements if d.view == JOINED or d.got != UNDECIDED]
    template = Environment(autoescape=True).from_string(TEMPLATE)
    return template.render(score=score, views=views, criteria=criteria, shown=shown, right=RIGHT, wrong=WRONG,
                           undecided=UNDECIDED, reasons={c.name: c.why for c in cases})  # fmt: skip
