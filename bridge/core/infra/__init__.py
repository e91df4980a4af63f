"""What the infrastructure must be, out of the rules and the project file."""
