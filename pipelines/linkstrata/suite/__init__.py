"""The notebooks run as a suite: every one of them with parameters, each as one HTML page that opens offline.

What belongs here is running them and how a page is put together. What they ask and say stands in notebooks/.
"""
