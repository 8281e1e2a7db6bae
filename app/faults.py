"""What keeps a command from doing its work, in words for the terminal."""


class Unable(Exception):
    """Neither wrong usage nor a bug: one Chinese line, exit code 1."""
