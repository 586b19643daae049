"""The learner's own copy of the course: a folder `workbook/` beside the products, which git doesn't see.

    python -m sevenways.workbook                   # bring it up to date, and open JupyterLab
    python -m sevenways.workbook update            # only bring it up to date: a hub does this when a server starts
    python -m sevenways.workbook start-over 01     # lesson and lab 01 as they were, the learner's versions kept as a backup

Inside, `notebooks/`, `labs/` and `solutions/` stand side by side as in the repository, so one link serves both, GitHub and the book.
What a learner has written is never touched. Running the cells of a notebook is not writing: a notebook that was only run gives way to
a corrected one (and even then what it showed is kept, in `backups/`).
"""
