"""A client that says what the test tells it, and verdicts in short."""

from botocore.stub import Stubber

from tests.aws.conftest import a_client


class Stubbed:
    """`Clients` with one client, which says what the Stubber was told."""

    def __init__(self, service="events"):
        self.made = a_client(service)
        self.stub = Stubber(self.made)
        self.asked = []

    def client(self, service, seconds, region=None):
        self.asked.append((service, seconds, region))
        return self.made


def said(verdicts):
    return [(verdict.said, verdict.problem.code if verdict.problem else None) for verdict in verdicts]
