"""What can go wrong with a worker, as errors for the user."""

from pathlib import Path

from cuttledoc.errors import ERROR_KINDS, CuttledocError, ModelError, WorkerError
from cuttledoc.worker.protocol import VERSION, Failed


def not_started(error: OSError) -> WorkerError:
    """The operating system does not start it."""
    return WorkerError(
        f"The worker process cannot be started ({error.strerror or error}).",
        hint="Check the installation with `cuttledoc doctor`.",
        code="worker-start",
    )


def not_heard_of(seconds: float) -> WorkerError:
    """It said nothing for so long after its start."""
    return WorkerError(
        f"The worker process said nothing for {seconds:.0f} s after its start.",
        hint="Try again; if it stays so, check the machine's load and disk.",
        code="worker-start",
    )


def of_another_version(version: int) -> WorkerError:
    """It speaks another version of the protocol."""
    return WorkerError(
        f"The worker speaks version {version} of the protocol, "
        f"not {VERSION}: the installation is half upgraded.",
        hint="Install cuttledoc again.",
        code="worker-version",
    )


def not_understood() -> WorkerError:
    """It does not speak the protocol."""
    return WorkerError(
        "The worker process said what cannot be understood, and was ended.",
        hint="Install cuttledoc again; if that does not help, please report it.",
        code="worker-protocol",
    )


def death(returncode: int | None, last: str) -> WorkerError:
    """It has ended.

    Args:
        returncode: As the operating system tells; None where nobody asked yet.
        last: The last line it wrote to standard error; may be empty.
    """
    if returncode is None:
        how = "is gone"
    elif returncode < 0:
        how = f"was ended by signal {-returncode}"
    else:
        how = f"ended with status {returncode}"
    return WorkerError(
        f"The worker process {how}{f': {last}' if last else ''}.",
        hint="Run the command again; if it ends again, see `cuttledoc doctor`.",
        code="worker-died",
    )


def swallowed(reason: str, path: Path, *, whole: bool) -> CuttledocError:
    """The library gave empty text for speech, and told why on standard error alone.

    Args:
        reason: What it told.
        path: The recording.
        whole: Whether none of its speech came out.
    """
    return (ModelError if whole else WorkerError)(
        f"The model failed on {'' if whole else 'a part of '}“{path}” ({reason}).",
        hint="Fetch the model again with `cuttledoc models download --force`.",
        code="model-damaged" if whole else "worker-swallowed",
        path=path,
    )


def as_error(failed: Failed) -> CuttledocError:
    """What was raised in the worker."""
    kind = ERROR_KINDS.get(failed.kind, WorkerError)
    return kind(failed.message, hint=failed.hint, code=failed.code)
