"""What `changebridge explain` shows, as a tree and as JSON."""
