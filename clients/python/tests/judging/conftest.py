from hypothesis import settings

# How long a case takes is nothing that a test asserts, and nothing is kept from one run to the next.
settings.register_profile("judging", deadline=None, database=None, max_examples=200)
settings.load_profile("judging")
