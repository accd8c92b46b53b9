"""Figures: one function a chart, from a frame to a plotly Figure, shared by report, notebooks and dashboard.

What belongs here is how numbers look. How they are computed (SQL on the published tables) and where figures stand
does not: a chart gets its frame ready, and says in its docstring which columns it reads.
"""
