"""A boto3 session that is blind to the user's environment variables, profiles and configuration files.

`AWS_PROFILE` naming a profile that does not exist, `AWS_ENDPOINT_URL`, FIPS, a CA bundle or a broken configuration
file would otherwise reach the clients of the embedded AWS, explicit credentials and endpoint or not.
"""

import os
from typing import Any

import boto3
import botocore.session


def blind_session(key: str, region: str) -> boto3.Session:
    """A session with this key as its credentials."""
    known = botocore.session.Session.SESSION_VARIABLES.items()
    blind: dict[str, tuple[Any, ...]] = {name: (None, None, default, cast) for name, (_, _, default, cast) in known}
    blind |= dict.fromkeys(("config_file", "credentials_file"), (None, None, os.devnull, None))
    core = botocore.session.Session(session_vars=blind)
    return boto3.Session(key, key, region_name=region, botocore_session=core)
