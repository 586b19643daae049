"""Services that lean on the rest, and on which nothing leans: Step Functions, Pipes, Scheduler, CloudFormation.

Each has its seam (what the API stores and refuses) and its delivery (what moves) in one folder, so that it can be read, or left out,
as a whole.
"""
