"""Programs are run here."""
