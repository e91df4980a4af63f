"""The bridge with a clock around each stage."""

from benchmarks.stages import clocked

handle = clocked()
