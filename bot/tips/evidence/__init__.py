"""Evidence: a new file built from what can be seen or heard in the old one (docs/evidence.md)."""
