"""What the locked dependencies are: every one with hashes, none under a licence that binds who deploys the bridge."""

import re
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

import pytest
from packaging.markers import Marker
from packaging.utils import canonicalize_name

LOCKS = sorted(Path("requirements").glob("*.txt"))
_PIN = re.compile(
    r"^(?P<name>[A-Za-z0-9._-]+)(\[[^\]]*\])?==(?P<version>[^ ;\\]+)(?: *; *(?P<marker>[^\\]+?))? *(?P<rest>\\)?$"
)
_HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}")

#: Licences by which each may be used beside ours, as metadata spell them.
ALLOWED = re.compile(
    r"(?i)\b(MIT|MIT-0|BSD|[023]BSD|BSD-[23]-Clause|Apache|Apache-2\.0|ISC|ISCL|PSF|PSF-2\.0|Python Software Foundation|"
    r"MPL-2\.0|Mozilla Public License 2\.0|Unlicense|Zlib|CNRI-Python|0BSD|CC0-1\.0)\b"
)
#: Those that would ask something of who deploys: none may be in the function or the command.
BINDING = re.compile(r"(?i)\bA?GPL|LGPL|General Public|SSPL|BUSL|Commons Clause|Elastic")


def pins(lock):
    """Name, version, marker and hashes of each pin."""
    blocks, lines = [], lock.read_text().splitlines()
    for line in lines:
        if found := _PIN.match(line):
            blocks.append((canonicalize_name(found["name"]), found["version"], found["marker"], []))
        elif line.strip().startswith("--hash"):
            assert _HASH.search(line), f"{lock}: {line}"
            blocks[-1][3].append(line)
        else:
            assert not line.strip() or line.lstrip().startswith("#"), f"{lock} holds what is no pin: {line}"
    return blocks


def licence(name):
    """As the installed package says it; None where it is not installed."""
    try:
        said = metadata(name)
    except PackageNotFoundError:
        return None
    classified = [each for each in said.get_all("Classifier") or () if each.startswith("License ::")]
    return said.get("License-Expression") or "; ".join(classified) or (said.get("License") or "").split("\n")[0]


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_every_dependency_is_pinned_with_hashes(lock):
    found = pins(lock)
    assert found
    assert [name for name, _, _, hashes in found if not hashes] == []


@pytest.mark.parametrize("lock", ["lambda.txt", "cli.txt", "dev.txt"])
def test_every_licence_is_one_that_we_allow(lock):
    """Of what the shared environment has installed; what is for other platforms alone is not there to be asked."""
    wanted = [
        name for name, _, marker, _ in pins(Path("requirements") / lock) if not marker or Marker(marker).evaluate()
    ]
    licences = {name: licence(name) for name in wanted}
    assert [name for name, said in licences.items() if said is None] == []
    assert {name: said for name, said in licences.items() if not ALLOWED.search(said) or BINDING.search(said)} == {}
