"""Forgetting: a person, or an owner, is taken out of everything that a data home holds, and stays out.

What is known of who was forgotten is in register.py, finding them in text and records in redaction.py, files written
anew without them in files.py, and the home as a whole in erasure.py. How files are read is for linkstrata.exports.
"""
