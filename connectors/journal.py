"""What was accepted, kept on disk, so that a rerun goes on where the last one stopped."""
