"""As much of GitHub's runner as the action needs: expressions, conditions, and shell steps with their outputs.

Sources: GitHub Actions, "Expressions", "Contexts", "Metadata syntax" (composite actions), "Workflow commands".
"""

import os
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
ACTION: Any = yaml.safe_load((ROOT / "action.yml").read_text())
STEPS = ACTION["runs"]["steps"]
#: How a runner starts bash for `shell: bash`.
BASH = ("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c")

_EXPRESSION = re.compile(r"\$\{\{(.*?)\}\}")
_TOKEN = re.compile(r"\s*(?:('[^']*')|(&&)|(\|\|)|(==)|(!)|([\w.-]+))")


def value(expression: str, contexts: Mapping[str, Any]) -> Any:
    """What an expression comes to; what a context does not have is empty."""
    said = []
    for text, both, either, equal, no, path in _TOKEN.findall(expression):
        said.append(text or (both and "and") or (either and "or") or equal or (no and "not"))
        if path:
            said[-1] = repr(_looked_up(path, contexts))
    return eval(" ".join(said))


def _looked_up(path: str, contexts: Mapping[str, Any]) -> Any:
    found: Any = contexts
    for step in path.split("."):
        found = found.get(step, "") if isinstance(found, Mapping) else ""
    return found


def filled(text: str, contexts: Mapping[str, Any]) -> str:
    """The text with its expressions replaced."""
    return _EXPRESSION.sub(lambda found: str(value(found[1], contexts)), text)


@dataclass
class Runner:
    """A job that uses the action."""

    workspace: Path
    temp: Path
    inputs: dict[str, str]
    github: dict[str, Any]
    path: str = ""  #: in front of PATH
    python: str = ""
    steps: dict[str, Any] = field(default_factory=dict)
    out: str = ""

    @property
    def contexts(self) -> dict[str, Any]:
        """What expressions may name."""
        given = {name: str(each.get("default", "")) for name, each in ACTION["inputs"].items()} | self.inputs
        return {"inputs": given, "github": self.github, "steps": self.steps}

    def wants(self, step: Mapping[str, Any]) -> bool:
        """Whether the step's condition holds."""
        return bool(value(step.get("if", "true"), self.contexts | {"true": "true"}))

    def run(self, step: Mapping[str, Any]) -> int:
        """Run a shell step as a runner does; its exit code. What it prints is added to `out`."""
        if not self.wants(step):
            return 0
        output = self.temp / "output"
        output.write_text("")
        env = {name: filled(str(text), self.contexts) for name, text in step.get("env", {}).items()}
        ran = subprocess.run(
            [*BASH, step["run"]],
            cwd=self.workspace,
            env=self._environment(output) | env,
            capture_output=True,
            text=True,
            check=False,
            timeout=240,
        )
        self.out += ran.stdout + ran.stderr
        outputs = dict(line.split("=", 1) for line in output.read_text().splitlines())
        if "id" in step:
            self.steps[step["id"]] = {"outputs": outputs}
        return ran.returncode

    def _environment(self, output: Path) -> dict[str, str]:
        return os.environ | {
            "PATH": f"{self.path}:{os.environ['PATH']}",
            "RUNNER_TEMP": str(self.temp),
            "GITHUB_ACTION_PATH": str(ROOT),
            "GITHUB_OUTPUT": str(output),
            "GITHUB_STEP_SUMMARY": str(self.temp / "summary.md"),
        }

    def named(self, name: str) -> int:
        """Run the step of this name."""
        (step,) = (step for step in STEPS if step["name"] == name)
        return self.run(step)
