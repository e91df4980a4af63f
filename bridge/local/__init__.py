"""The ports in memory and in files, and the embedded AWS that the demo and the end-to-end tests run on."""
