"""What is inferred by a model, never without its interval: how long connections last, how the audience may grow.

What belongs here is arithmetic on frames, by statsmodels: it knows survival with late entry and forecasts alike. What
the numbers come from (SQL on the published tables) and how they look (charts/) does not.
"""
