"""A Django authorization server and Django resource servers, as projects have them.

The environment says what differs.
"""
