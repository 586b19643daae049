"""The pieces of HTML that the widgets share. Text follows JupyterLab's theme; pictures stand on a light ground of their own."""

from html import escape

RIGHT, WRONG = "#009e73", "#d55e00"  # with ✓ and ✗, never alone

_FONT = "font-family:var(--jp-ui-font-family,sans-serif);font-size:var(--jp-ui-font-size1,13px);line-height:1.45;"
_TEXT = f"color:var(--jp-ui-font-color1,#222);{_FONT}"
_STYLE = (
    "<style>.sevenways-panel{background:#fff;color:#222;border:1px solid #d0d0d0;border-radius:4px;padding:4px 10px;margin:0 0 6px;"
    "overflow-x:auto}.sevenways-panel svg{max-width:100%;height:auto;display:block}"
    ".sevenways-panel table{border-collapse:collapse;font-size:13px;line-height:1.4}"
    ".sevenways-panel th,.sevenways-panel td{padding:2px 12px 2px 0}</style>"
)
# ipywidgets draws the arrow of a list in black, and JupyterLab's dark theme does not know of it.
LISTS_IN_THE_DARK = (
    "<style>body[data-jp-theme-light='false']{--jp-widgets-dropdown-arrow:url(\"data:image/svg+xml,"
    "%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 18 18'%3E"
    "%3Cpath d='M5 7l4 4 4-4' fill='none' stroke='%23e0e0e0' stroke-width='1.8'/%3E%3C/svg%3E\")}</style>"
)
# A browser draws a button that may not be pressed any more in pale grey, and on a dark ground that is hardly seen.
THE_CHOSEN = (
    "<style>body[data-jp-theme-light='false'] .widget-radio input{color-scheme:dark}"
    ".widget-radio label:has(input:checked){font-weight:600}</style>"
)


def panels(contents: list[str]) -> str:
    """Pictures and tables, one below another, each on a light ground."""
    return _STYLE + "".join(f'<div class="sevenways-panel">{content}</div>' for content in contents)


def status(sentence: str) -> str:
    """A line that a screen reader speaks when it changes."""
    spoken = f'<div role="status" aria-live="polite" style="{_TEXT}margin:4px 0 8px">{escape(sentence)}</div>'
    return LISTS_IN_THE_DARK + spoken


def error(sentence: str, kept: str = "") -> str:
    """A sentence in place of a picture. What was shown before stays at hand, folded."""
    folded = (
        f'<details style="{_TEXT}margin:8px 0"><summary style="cursor:pointer">the last picture that worked</summary>'
        f'<div style="margin-top:6px">{kept}</div></details>'
        if kept
        else ""
    )
    return (
        f'<div role="alert" style="{_TEXT}border-left:4px solid #d55e00;padding:8px 12px;'
        f'background:var(--jp-layout-color2,#f5f5f5)"><strong>✗</strong> {escape(sentence)}</div>{folded}'
    )


def feedback(mark: str, verdict: str, because: str, colour: str) -> str:
    """A quiz's answer to a choice: mark, word and sentence say it, the colour only underlines it."""
    return (
        f'<div role="status" aria-live="polite" style="{_TEXT}border-left:4px solid {colour};padding:6px 12px;margin:4px 0 12px;'
        f'background:var(--jp-layout-color2,#f5f5f5)"><strong>{mark} {escape(verdict)}</strong> {marked_up(because)}</div>'
    )


def question(text: str, lead: str = "") -> str:
    """What stands above choices."""
    return THE_CHOSEN + prose(text, "2", lead)


def prose(text: str, size: str = "1", lead: str = "") -> str:
    """A paragraph in the theme's colours; `lead` is a word or two in bold before it."""
    bold = f"<strong>{escape(lead)}</strong> " if lead else ""
    return (
        f'<div style="{_TEXT}font-size:var(--jp-ui-font-size{size},14px);max-width:50em">{bold}{marked_up(text)}</div>'
    )


def marked_up(text: str) -> str:
    """Escaped text in which `code` is set as code."""
    pieces = escape(text, quote=False).split("`")
    return "".join(f"<code>{piece}</code>" if number % 2 else piece for number, piece in enumerate(pieces))
