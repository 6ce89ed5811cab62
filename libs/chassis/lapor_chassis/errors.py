"""Trouble that has a name. A refusal by the rules is not here: that is a value, see ``refusals``."""


class PermanentError(Exception):
    """This message can never work, however often it is tried: it is set aside at once, with this reason.

    The text may hold ids and what was expected, never anything personal.
    """


class AwayError(Exception):
    """Something that the service cannot do without does not answer: as where the database is away, all of it waits.

    The text names what it is.
    """


class SettingsError(Exception):
    """A setting is missing or wrong; the text names the variable."""
