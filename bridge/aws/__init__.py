"""The ports on AWS, over boto3. Nothing in `core` or `relay` imports this."""
