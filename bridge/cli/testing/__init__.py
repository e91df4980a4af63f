"""What `changebridge test` shows, one file a report."""
