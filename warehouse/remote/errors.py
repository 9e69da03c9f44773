"""What can go wrong with a place elsewhere; a module of its own, so that whoever needs no place loads nothing else."""


class RemoteError(Exception):
    """The place cannot be used, or what lies in it is not what was put there; the message says what to do."""


class BusyError(RemoteError):
    """Another run holds the lock."""


class LostError(RemoteError):
    """This run held the lock and does not any more."""


class OvertakenError(RemoteError):
    """Somebody else has written since this run began."""
