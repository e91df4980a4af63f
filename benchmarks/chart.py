"""results.svg: CPU per record and the wall of a batch as bars, on light and on dark paper."""

from benchmarks.measure import median

WIDTH, LEFT, BAR, GAP = 860, 250, 22, 12
ROOM = WIDTH - LEFT - 130  # for the longest bar
NAMES = {
    "one": "Powertools, one a call",
    "ten": "Powertools, ten a call",
    "node": "aws-lambda-stream, no dedup",
    "bridge": "Changebridge",
    "floor": "floor, no checks, no dedup",
}
STYLE = """
  text { font: 14px system-ui, -apple-system, "Segoe UI", sans-serif; fill: #1f2328 }
  .head { font-weight: 600; font-size: 16px }
  .quiet { fill: #656d76; font-size: 12.5px; font-weight: 400 }
  .bold { font-weight: 600 }
  .other { fill: #8c959f } .other.part { fill: #c4cad0 }
  .ours { fill: #0969da } .ours.part { fill: #8ec2f5 }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 } .quiet { fill: #8d96a0 }
    .other { fill: #6e7681 } .other.part { fill: #444c56 }
    .ours { fill: #58a6ff } .ours.part { fill: #1f4f86 }
  }
"""


def chart(results):
    names = list(results.every[0])
    whole, first = (
        {name: median(results.every, name, figure) * 1e6 for name in names} for figure in ("total", "runtime")
    )
    parts = {name: [first[name], whole[name] - first[name]] for name in names}
    late = {name: results.late if name in results.late[0] else results.slow_late for name in names}
    walls = {name: [0.0, median(late[name], name, "wall")] for name in names}
    upper, height = _panel(
        30,
        "µs of CPU per record",
        "the first part of a bar: Lambda's runtime, which reads the event's JSON",
        parts,
        _micros,
    )
    lower, height = _panel(height + 34, "Seconds for 1,000 records", "calls of AWS take 10 ms", walls, _seconds)
    about = "; ".join(f"{NAMES[name]} {_micros(sum(parts[name]))}" for name in names)
    size = f'viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-label="CPU per record: {about}">'
    return "\n".join([head, f"<style>{STYLE}</style>", *upper, *lower, "</svg>"]) + "\n"


def _panel(top, head, about, bars, said):
    longest = max(map(sum, bars.values()))
    lines = [f'<text class="head" x="16" y="{top}">{head} <tspan class="quiet" dx="8">{about}</tspan></text>']
    for row, (name, parts) in enumerate(bars.items()):
        y = top + 16 + row * (BAR + GAP)
        lines += _bar(y, name, [part / longest * ROOM for part in parts], said(sum(parts)))
    return lines, top + 16 + len(bars) * (BAR + GAP)


def _bar(y, name, parts, said):
    kind, bold = ("ours", ' class="bold"') if name == "bridge" else ("other", "")
    first, second = parts
    whole, text = max(first + second, 2), y + BAR - 6
    yield f'<text{bold} x="{LEFT - 12}" y="{text}" text-anchor="end">{NAMES[name]}</text>'
    yield f'<rect class="{kind}" x="{LEFT}" y="{y}" width="{whole:.1f}" height="{BAR}" rx="3"/>'
    if first:
        yield f'<rect class="{kind} part" x="{LEFT}" y="{y}" width="{min(first, whole):.1f}" height="{BAR}" rx="3"/>'
    yield f'<text{bold} x="{LEFT + whole + 10:.1f}" y="{text}">{said}</text>'


def _micros(figure):
    return f"{figure:,.0f} µs"


def _seconds(figure):
    return f"{figure:,.2f} s"
