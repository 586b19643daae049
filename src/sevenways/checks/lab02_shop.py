"""Handlers of lab 02's worlds: deployed as a file, so nothing of the checks goes with them."""

import time
import urllib.request


def invoice(order, context):
    """Two seconds an invoice; it takes one order."""
    time.sleep(2)
    print("invoice for", order["order"])


def invoice_or_fail(order, context):
    """order-4 fails at every run. order-7 fails during the first half minute."""
    if order["order"] == "order-4":
        raise ValueError("order-4 has no address")
    urllib.request.urlopen("https://pdf.example/invoices", data=order["order"].encode()).read()


def login_code(order, context):
    """Ten seconds each. The provider stumbles once, over the first try for order-3."""
    time.sleep(10)
    urllib.request.urlopen("https://codes.example/codes", data=order["order"].encode()).read()
    print("code for", order["order"])


def invoice_by_pdf(order, context):
    urllib.request.urlopen("https://pdf.example/invoices", data=order["order"].encode()).read()
