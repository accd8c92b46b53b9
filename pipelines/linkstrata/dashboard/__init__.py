"""The dashboard: a web page on 127.0.0.1 over the published tables, and over what a person types.

`server.py` puts it together and guards it; `reading.py` reads the published database; a page is one module in `pages/`,
registered in `pages/__init__.py`. Everything that a page shows is in its address. How figures look is in charts/.
"""
