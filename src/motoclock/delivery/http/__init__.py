"""HTTP from AWS's side to systems inside the Cloud: for API destinations and HTTP tasks.

exchange      one request and its answer
connections   what a request shows for its authorization
"""
