"""Print docs/workstation-design.md: the design language of the workstation, with the contrast of its pairs of colours.

python scripts/design_page.py > docs/workstation-design.md
"""

import re
import sys
from pathlib import Path

TOKENS = Path(__file__).resolve().parents[1] / "src/melanoscope/workstation/web/static/tokens.css"
TONES = ("alert", "review", "retake", "unreadable", "out_of_scope", "routine")
TEXT, EDGE = 4.5, 3.0
"""What WCAG 2.2 AA wants of text (1.4.3), and of what shows where a control is (1.4.11)."""

PAIRS = (
    *((text, ground, TEXT) for text in ("ink", "quiet", "accent") for ground in ("ground", "surface", "sunken")),
    *(("edge", ground, EDGE) for ground in ("ground", "surface")),
    ("on-accent", "accent", TEXT),
    *((tone, ground, TEXT) for tone in TONES for ground in (f"{tone}-ground", "surface", "ground")),
    *((text, f"{tone}-ground", TEXT) for tone in TONES for text in ("ink", "quiet", "accent")),
    ("surface", "alert", TEXT),
)
"""What stands on what."""

INTRO = """# How the workstation looks

One design language, in `src/melanoscope/workstation/web/static/`: `tokens.css` names every colour, size, space
and duration; `base.css` is the page, `forms.css` fields and buttons, `components.css` the rest, `print.css`
paper. A room's own sheet (`case.css`, say) lays out its page with these tokens and holds no colour of its own.
There is no build step. This page is printed by `python scripts/design_page.py`; a test fails where it is old,
or where a pair has too little contrast.

## What matters here
- **Alerts are seen first**: an alert is the only filled badge and the only red. Urgency is also the order, a
  shape and a word: outcome is never told by colour alone.
- **Calm**: one accent, for what can be clicked. Nothing moves but to show that it is new, and nothing at all
  where the system asks for less movement.
- **Photographs are colour-true**: they lie on neutral ground, without filter, tint or transparency.
- **Quick**: type is the system's own; sizes of pictures are known before they load, so that nothing jumps.
- **For gloves, tablets and phones**: whatever is pressed is at least 44 px high, tables drop their spare
  columns (class `spare`) below 640 px, and no page scrolls sideways.
- **Light and dark** follow the system; paper is always light.

## Components
| class | for |
| --- | --- |
| `badge` with an outcome's class | an outcome: shape, word and colour (`parts.html` has the macro) |
| `tiles`, `tile` | figures that lead somewhere |
| `cases`, `table` in `scroll` | the worklist; any other table |
| `panel`, `note`, `empty` | a section; a sentence that matters, toned by an outcome; where there is nothing yet |
| `field`, `hint`, `pair`, `choices`, `choice`, `toolbar`, `actions` | forms |
| `button`, `button plain`, `button danger` | the one thing to do; other things; what cannot be undone |
| `dialog`, `menu` | native `<dialog>` and `popover`, so focus and Escape work by themselves |
| `chances`, `facts`, `lines`, `kbd`, `code` | probabilities; names and values; lists; keys |
| `quiet`, `small`, `unseen` | less important; smaller; for screen readers only |
| `spare`, `no-print` | not on phones; not on paper |

The whole of it, page by page, light and dark, wide and narrow: [screenshots](workstation/README.md).

"""


def palettes() -> dict[str, dict[str, str]]:
    """The colours of each scheme, by name, as `#rrggbb`."""
    light, dark = TOKENS.read_text(encoding="utf-8").split("@media screen and (prefers-color-scheme: dark)")
    found = [dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})\b", part)) for part in (light, dark)]
    return {"light": found[0], "dark": found[0] | found[1]}


def contrast(one: str, other: str) -> float:
    """The contrast ratio of WCAG 2.2 of two colours, from 1 to 21."""
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    """The relative luminance of WCAG 2.2 of an sRGB colour, from 0 to 1."""
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def main() -> None:
    schemes = palettes()
    print(INTRO)
    print("## Colours\n\n| token | light | dark |\n| --- | --- | --- |")
    for name in schemes["light"]:
        print(f"| `--{name}` | `{schemes['light'][name]}` | `{schemes['dark'][name]}` |")
    print("\n## Contrast\nWCAG 2.2 AA wants 4.5 of text and 3 of the edges of controls.\n")
    print("| what | on | light | dark | wanted |\n| --- | --- | --- | --- | --- |")
    for what, ground, wanted in PAIRS:
        light, dark = (contrast(colours[what], colours[ground]) for colours in schemes.values())
        print(f"| `--{what}` | `--{ground}` | {light:.1f} | {dark:.1f} | {wanted:g} |")
    print("\n## Sizes\n\n| token | value |\n| --- | --- |")
    for name, value in re.findall(r"--([\w-]+): ([^;#]+);", TOKENS.read_text(encoding="utf-8").split("@media")[0]):
        print(f"| `--{name}` | `{value}` |")


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")
    main()
