"""linkstrata: every LinkedIn export a member ever downloaded, as one history on their own machine.

Nothing is imported here, so that a command pays only for what it uses.
"""

__version__ = "0.1.0"
