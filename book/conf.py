"""Sphinx's settings for the book: built from the committed notebooks, offline, warnings fatal. `make book` runs it."""

project = "Seven Ways"
html_title = "Seven Ways: asynchronous messaging on AWS"
author = "The authors of Seven Ways"
html_show_copyright = False

# `sevenways.authoring.book_pages` gives each cell an address and leads from lesson to lab to next lesson.
extensions = ["myst_nb", "sphinx_external_toc", "sphinx_copybutton", "sevenways.authoring.book_pages"]
external_toc_path = "book/_toc.yml"
external_toc_exclude_missing = True  # the rest of the repository is no part of the book
exclude_patterns = [".*", "bench", "content", "src", "tests", "book/_*", "workbook"]

myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
nb_execution_mode = "off"  # the committed outputs are proven already
nb_ipywidgets_js = {}  # widgets are shown as their static twins: no script from elsewhere
nb_merge_streams = True
nb_render_markdown_format = "myst"  # the course map is an output: a table, and its links are those of the book
nb_code_prompt_show = "Show the {type}"  # MyST-NB has one sentence for code and outputs otherwise
nb_code_prompt_hide = "Hide the {type}"

html_theme = "sphinx_book_theme"
html_static_path = ["_static"]
html_css_files = ["book.css"]
templates_path = ["_templates"]
html_additional_pages = {"index": "to_the_home_page.html"}
html_theme_options = {
    "home_page_in_toc": True,
    "use_download_button": False,
    "navbar_start": [],  # the side bar has the title and the search field already
    "navbar_center": [],
    "navbar_end": [],
    "navbar_persistent": [],
}
