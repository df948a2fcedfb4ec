"""The way to the registry: where it is, who calls, how long a call may take.

What is built on it knows no channels and no tokens.
"""
