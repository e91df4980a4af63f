"""What a change is compared with where nobody says: the commit at which its branch left the main one."""

import subprocess
from pathlib import Path

#: What the main branch may be called, the remote's own word first.
_MAIN = ("origin/HEAD", "origin/main", "origin/master", "main", "master")
_DIGITS = 12  # of a hash: what git itself shows of it in a large repository


def merge_base(folder: Path) -> str:
    """The commit, named as shortly as is clear; empty without git or repository, or where no main branch is known."""
    return next((commit[:_DIGITS] for name in _MAIN if (commit := _git(folder, "merge-base", "HEAD", name))), "")


def _git(folder: Path, *arguments: str) -> str:
    try:
        ran = subprocess.run(  # noqa: S603 -- git, with arguments of our own
            ["git", "-C", str(folder), *arguments],  # noqa: S607 -- whichever git the user has
            capture_output=True,
            check=False,
            text=True,
        )
    except OSError:
        return ""
    return ran.stdout.strip() if ran.returncode == 0 else ""
