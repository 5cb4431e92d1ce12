"""Settings for the property tests of this room."""

from hypothesis import settings

# The machine may be busy with other things: how long one example takes says nothing.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")
