"""`python -m motoclock.facts` prints the ledger; with `--markdown`, the page of the book."""

import sys

from motoclock.facts.tables import ledger_markdown, ledger_text

sys.stdout.write(ledger_markdown() if "--markdown" in sys.argv[1:] else ledger_text())
