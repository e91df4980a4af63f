"""`changebridge infra policy`: the least that the function's role must be allowed."""

import re
from enum import StrEnum
from typing import Annotated

import typer
import yaml

from bridge.cli.report import ProjectOption, project_folder, show_json
from bridge.core.infra.policy import operator_policy
from bridge.core.infra.policy import policy as function_policy
from bridge.project import load_project

app = typer.Typer(add_completion=False)


class Whose(StrEnum):
    """Who is allowed."""

    FUNCTION = "function"
    OPERATOR = "operator"


class PolicyFormat(StrEnum):
    """How it is written."""

    JSON = "json"
    YAML = "yaml"


@app.command()
def policy(
    *,
    project: ProjectOption = None,
    form: Annotated[PolicyFormat, typer.Option("--format", help="How it is written.")] = PolicyFormat.JSON,
    whose: Annotated[Whose, typer.Option("--of", help="The function's, or of who sends again.")] = Whose.FUNCTION,
    region: Annotated[str, typer.Option("--region", help="Where the function runs.", envvar="AWS_REGION")],
    account: Annotated[str, typer.Option("--account", metavar="ID", help="Whose it is: 12 digits.")],
    partition: Annotated[str, typer.Option("--partition", help="aws, aws-cn or aws-us-gov.")] = "aws",
    stream: Annotated[str, typer.Option("--stream", metavar="ARN", help="The table's stream, or Kinesis.")] = "",
    failed: Annotated[str, typer.Option("--failed", metavar="BUCKET", help="In place of `on_failure`.")] = "",
    function: Annotated[str, typer.Option("--function", metavar="NAME", help="The function, for its logs.")] = "",
    key: Annotated[str, typer.Option("--key", metavar="ARN", help="The KMS key, where one encrypts.")] = "",
    source_key: Annotated[str, typer.Option("--source-key", metavar="ARN", help="The stream's, if another.")] = "",
    topic_key: Annotated[str, typer.Option("--topic-key", metavar="ARN", help="The topics', if another.")] = "",
) -> None:
    """Print the least-privilege policy of the function's role, or of an operator: who runs `changebridge quarantine`.

    `${env:NAME}` of the project file must be set.

    Example: changebridge infra policy --region eu-west-1 --account 111122223333 --function shop-bridge
    """
    from bridge.needs import Home, resources  # noqa: PLC0415 -- boto3 is slow to import, and `--help` needs none
    from bridge.settings import Settings  # noqa: PLC0415 -- with it

    for given, pattern, hint, meant in (
        (region, r"[a-z]{2}(-[a-z]+)+-\d", "--region", "a Region such as eu-west-1"),
        (account, r"\d{12}", "--account", "an account's 12 digits"),
        (partition, r"aws(-[a-z-]+)?", "--partition", "a partition such as aws"),
    ):
        if not re.fullmatch(pattern, given):
            raise typer.BadParameter(f"'{given}' is not {meant}", param_hint=hint)
    others = ([each] if each else [] for each in (source_key, topic_key))
    home = Home(region, account, partition, stream, failed, function, key, *map(tuple, others))
    core = operator_policy if whose is Whose.OPERATOR else function_policy
    made = core(resources(load_project(project_folder(project)), home, Settings.read()))
    if form is PolicyFormat.YAML:
        print(yaml.safe_dump(made, sort_keys=False), end="")
    else:
        show_json(made)
