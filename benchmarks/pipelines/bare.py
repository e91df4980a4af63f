"""What every function in Python that calls AWS has at least: boto3 and one client. For init alone."""

import boto3

bus = boto3.client("events")


def handle(_event, _context):
    return bus.meta.service_model.service_name
